import { createHttp } from './http.ts';
import { httpDeps } from './routes.ts';
import type { System } from './system.ts';

/** Stands for every part of a system: routes are only described here, so nothing of it is ever asked. */
const nothing: unknown = new Proxy(() => undefined, { get: () => nothing, apply: () => nothing });
const noSystem = new Proxy({ root: '/' }, { get: (given, key) => Reflect.get(given, key) ?? nothing });

/** The OpenAPI document of all routes, without engines. */
const openApiDocument = async (): Promise<object> => {
  const http = await createHttp(httpDeps(noSystem as System, { loading: false, synthetic: false }));
  try {
    await http.ready();
    return http.swagger();
  } finally {
    await http.close();
  }
};

/** As it is committed in `docs/openapi.json`. */
export const openApiText = async (): Promise<string> => `${JSON.stringify(await openApiDocument(), null, 1)}\n`;
