import { expect } from 'vitest';
import type { z } from 'zod';
import { type Actor, type Route, RouteProblem } from '../../access/index.ts';

/** Asks routes as the server does, and holds every answer to what its route declares. `idName`: the parameter that `id` stands for. */
export const askRoutes =
  (routes: () => ReadonlyMap<string, Route>, idName: string, now: Date) =>
  async <T>(address: string, actor: Actor, id = '', given: { query?: object; body?: object } = {}): Promise<T> => {
    const route = routes().get(address);
    if (route === undefined) throw new Error(`there is no route ${address}`);
    const { body } = await route.answer({
      ...{ actor, params: { [idName]: id }, now, cookies: {} },
      query: route.query?.parse(given.query ?? {}),
      body: route.body?.parse(given.body),
    });
    expect((route.reply as z.ZodType).parse(body)).toEqual(body);
    return body as T;
  };

/** `status error` of a refusal, 'done' where there was none. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof RouteProblem) return `${error.status} ${error.error}`;
      throw error;
    },
  );
