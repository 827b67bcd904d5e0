import type { z } from 'zod';
import type { Act, Actor } from './contract.ts';

/** An address of the program as its room writes it down. `app/http.ts` serves it; the OpenAPI document is made of it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Such as `/api/cases/:case_id`. */
  readonly url: string;
  /** What the caller must be allowed. A route without one is refused at start. */
  readonly act: Act;
  /** English, one line, for OpenAPI. */
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Null: there is no body (204). */
  readonly reply: z.ZodType | null;
  /** Other answers with a body of their own, by status, such as 409. */
  readonly replies?: Readonly<Record<number, z.ZodType>>;
  readonly answer: (request: RouteRequest) => Promise<RouteAnswer>;
}

/** `query` and `body` are what the route's schemas parsed; undefined where it has none. */
export interface RouteRequest {
  readonly actor: Actor;
  readonly params: Record<string, string>;
  readonly query: unknown;
  readonly body: unknown;
  readonly now: Date;
  readonly cookies: Record<string, string | undefined>;
}

export interface RouteAnswer {
  /** 200 unless said, or 204 where the route's `reply` is null. */
  readonly status?: number;
  readonly body: unknown;
  /** A cookie to set; no seconds left removes it. The server adds the flags that keep it from scripts and other sites. */
  readonly setCookie?: { readonly name: string; readonly value: string; readonly maxAgeSeconds: number };
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;

/** Thrown by a route that answers with a problem: a code for programs, and a Chinese message that says what to do. */
export class RouteProblem extends Error {
  readonly status: ProblemStatus;
  readonly error: string;
  /** After how many seconds it is worth asking again; answered as Retry-After. */
  readonly retryAfter: number | null;

  constructor(status: ProblemStatus, error: string, message: string, retryAfter: number | null = null) {
    super(message);
    this.name = 'RouteProblem';
    this.status = status;
    this.error = error;
    this.retryAfter = retryAfter;
  }
}
