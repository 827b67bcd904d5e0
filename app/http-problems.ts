import type { FastifyError } from 'fastify';
import { z } from 'zod';
import { type Problem, RouteProblem } from '../access/index.ts';

const inChinese = z.locales.zhCN().localeError;

/** A request that its route's schema refuses. */
export class BadRequest extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('a request does not fit the schema of its route');
    this.name = 'BadRequest';
    this.problems = problems;
  }
}

/** What a schema makes of a part of a request. Only fields are named, never their values: those may be personal. */
export const parsePart = (schema: z.ZodType, given: unknown): { value: unknown } | { error: Error } => {
  const parsed = schema.safeParse(given, { error: inChinese });
  if (parsed.success) return { value: parsed.data };
  return {
    error: new BadRequest(parsed.error.issues.map((issue) => `${issue.path.join('.') || '请求'}：${issue.message}`)),
  };
};

const BAD_REQUEST = '请求内容有误，请按提示修改后重试。';

/** Of what Fastify refuses by itself. */
const byStatus: Readonly<Record<number, Problem>> = {
  400: { error: 'bad_request', message: BAD_REQUEST },
  404: { error: 'not_found', message: '没有这个地址，请检查后重试。' },
  413: { error: 'bad_request', message: '提交的内容太大（上限 1 MB），请减少后重试。' },
  415: { error: 'bad_request', message: '请求须为 JSON（content-type: application/json）。' },
};

export interface Failure {
  readonly status: number;
  readonly problem: Problem;
  /** Ours to mend: to be logged. */
  readonly unexpected: boolean;
  /** Seconds after which it is worth asking again, where that is known. */
  readonly retryAfter: number | null;
}

/** The one place that says what an error becomes for whoever asked. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof RouteProblem) {
    const { status, error: code, message, retryAfter } = error;
    return { status, problem: { error: code, message }, unexpected: false, retryAfter };
  }
  if (error instanceof BadRequest) {
    const problem = { error: 'bad_request', message: BAD_REQUEST, problems: [...error.problems] };
    return { status: 400, problem, unexpected: false, retryAfter: null };
  }
  // Codes of Fastify itself; a statusCode on an error of another library means nothing here.
  const { code, statusCode = 500 } = error as Partial<FastifyError>;
  if (code?.startsWith('FST_ERR_') && statusCode < 500) {
    const problem = byStatus[statusCode] ?? (byStatus[400] as Problem);
    return { status: statusCode, problem, unexpected: false, retryAfter: null };
  }
  return {
    status: 500,
    problem: { error: 'internal', message: '系统出错，请稍后重试；仍不行请联系管理员。' },
    unexpected: true,
    retryAfter: null,
  };
};

export const notFound: Problem = byStatus[404] as Problem;
