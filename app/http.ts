/** Touches the world: the HTTP face. Pages and sign-in come later; until then it answers this machine only. */
import Fastify, { type FastifyInstance } from 'fastify';
import { type Act, type Actor, acts, may, scopeOf } from '../access/index.ts';
import { listWarnings, warningListQuery } from '../dashboards/queries/index.ts';
import type { System } from './system.ts';

export interface Health {
  readonly status: 'ok' | 'loading' | 'failing';
  readonly postgres: boolean;
  readonly clickhouse: boolean;
  readonly synthetic: boolean;
}

interface Route {
  readonly url: string;
  /** The act that the reader must be allowed. A route without one is refused at start. */
  readonly act: Act;
  readonly answer: (actor: Actor, query: unknown) => Promise<unknown>;
}

const routesOf = (system: System, state: { loading: boolean; synthetic: boolean }): readonly Route[] => [
  {
    url: '/api/health',
    act: 'see_health',
    answer: async () => {
      const [postgres, clickhouse] = await Promise.all([
        system.postgres.query('select 1').then(yes, no),
        system.clickhouse.query('pages', 'SELECT 1').then(yes, no),
      ]);
      const status = !postgres || !clickhouse ? 'failing' : state.loading ? 'loading' : 'ok';
      return { status, postgres, clickhouse, synthetic: state.synthetic } satisfies Health;
    },
  },
  {
    url: '/api/warnings',
    act: 'see_warnings',
    answer: async (actor, query) => ({
      ...(await listWarnings(system.postgres, scopeOf(actor), warningListQuery.parse(query))),
      synthetic: state.synthetic,
    }),
  },
];

const yes = (): boolean => true;
const no = (): boolean => false;

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Until sign-in is built, whoever reaches the loopback address is the machine's own operator. */
const operator: Actor = { id: 'local-operator', role: 'system', regions: [], department: null };

/** Builds the server without listening. `state` is read at every request. */
export const createHttp = (system: System, state: { loading: boolean; synthetic: boolean }): FastifyInstance => {
  const http = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 1_048_576 });
  const loopback = isLoopback(system.config.host);
  for (const { url, act, answer } of routesOf(system, state)) {
    if (!acts.includes(act)) throw new Error(`route ${url} states no permission`);
    http.get(url, async (request, reply) => {
      if (act !== 'see_health' && !loopback) {
        return reply.code(401).send({ error: 'sign_in_required', message: '请先登录。' });
      }
      const decision = may(operator, act);
      if (!decision.allowed) return reply.code(403).send({ error: 'forbidden', reason: decision.reason });
      return answer(operator, request.query);
    });
  }
  http.setErrorHandler((error: Error & { issues?: { path: PropertyKey[]; message: string }[] }, _request, reply) => {
    if (error.name === 'ZodError') {
      const problems = (error.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      return reply.code(400).send({ error: 'bad_request', problems });
    }
    system.log.error('http.failed', { err: error });
    return reply.code(500).send({ error: 'internal', message: '系统出错，请稍后重试或联系管理员。' });
  });
  http.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: 'not_found', message: `no such address: ${request.method} ${request.url}` }),
  );
  return http;
};
