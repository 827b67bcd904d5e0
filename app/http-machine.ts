/** Touches the world: addresses for departments' programs. They bring a token instead of a session, and a body of any length. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Act, type Actor, may, problem, RouteProblem } from '../access/index.ts';
import { mediaTypeOf } from './http-security.ts';

/** An address that a program calls, not a page. The body comes as it is sent, so that it need not fit in memory. */
export interface MachineRoute {
  readonly method: 'POST';
  readonly url: string;
  readonly act: Act;
  /** English, one line, for OpenAPI. */
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly headers: z.ZodObject;
  /** Media types of the body, and what it is made of. */
  readonly consumes: { readonly types: readonly string[]; readonly schema: z.ZodType };
  /** Longest body in bytes, where its length is said before it comes. */
  readonly mostBytes: number;
  readonly reply: z.ZodType;
  readonly answer: (request: MachineRequest) => Promise<MachineAnswer>;
}

export interface MachineRequest {
  readonly actor: Actor;
  readonly params: Record<string, string>;
  readonly header: (name: string) => string | null;
  readonly mediaType: string;
  readonly body: Readable;
}

export interface MachineAnswer {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MachineDeps {
  readonly machineRoutes: readonly MachineRoute[];
  /** Whose token this is, or null: unknown or revoked. */
  readonly findMachine: (token: string, now: Date) => Promise<Actor | null>;
  readonly now: () => Date;
  /** Told of whoever was let in, for the log. */
  readonly admitted: (request: FastifyRequest, actor: Actor) => void;
}

export const TOKEN_SCHEME = 'machineToken';

const noToken = () =>
  new RouteProblem(
    401,
    'machine_token_required',
    '请在请求头中携带本部门的接口凭证（Authorization: Bearer …）；凭证无效或已撤销的，请联系管理员重新发放。',
  );
const forbidden = () => new RouteProblem(403, 'forbidden', '该接口凭证没有这项权限，如需办理请联系管理员。');
const wrongType = (types: readonly string[]) =>
  new RouteProblem(415, 'bad_content_type', `请求的 content-type 须为 ${types.join(' 或 ')}，编码为 UTF-8，不压缩。`);
const tooLarge = (most: number) =>
  new RouteProblem(413, 'too_large', `请求内容超过上限 ${most / 1_048_576} MB，请分批报送，或改用文件方式。`);

const BEARER = /^Bearer +(\S+)$/i;

/** Who may, asked before anything of the body is read. */
const guard =
  ({ findMachine, now, admitted }: MachineDeps, route: MachineRoute, actors: WeakMap<FastifyRequest, Actor>) =>
  async (request: FastifyRequest): Promise<void> => {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const actor = token === undefined ? null : await findMachine(token, now());
    if (actor === null) throw noToken();
    actors.set(request, actor);
    admitted(request, actor);
    if (!may(actor, route.act).allowed) throw forbidden();
    const { 'content-type': type, 'content-encoding': packed, 'content-length': length } = request.headers;
    if (packed !== undefined || !route.consumes.types.includes(mediaTypeOf(type)))
      throw wrongType(route.consumes.types);
    if (Number(length ?? 0) > route.mostBytes) throw tooLarge(route.mostBytes);
  };

/** Serves the routes in a corner of the server of their own: nothing else of it leaves bodies unread. */
export const serveMachines = (http: FastifyInstance, deps: MachineDeps): void => {
  http.register(async (corner) => {
    const actors = new WeakMap<FastifyRequest, Actor>();
    corner.removeAllContentTypeParsers();
    corner.addContentTypeParser('*', (_request, body, done) => done(null, body));
    for (const route of deps.machineRoutes) {
      const { types, schema: body } = route.consumes;
      corner.route({
        method: route.method,
        url: route.url,
        // Descriptions only: the address is looked up and the body read by the route itself.
        validatorCompiler: () => (value: unknown) => ({ value }),
        schema: {
          ...{ summary: route.summary, params: route.params, headers: route.headers, body, consumes: [...types] },
          ...{ response: { 200: route.reply, default: problem }, security: [{ [TOKEN_SCHEME]: [] }] },
        },
        onRequest: guard(deps, route, actors),
        handler: async (request, reply) => {
          const { body: answer, headers = {} } = await route.answer({
            actor: actors.get(request) as Actor,
            params: request.params as Record<string, string>,
            header: (name) => {
              const value = request.headers[name];
              return typeof value === 'string' && value !== '' ? value : null;
            },
            mediaType: mediaTypeOf(request.headers['content-type']),
            body: request.body as Readable,
          });
          return reply.headers(headers).send(answer);
        },
      });
    }
  });
};
