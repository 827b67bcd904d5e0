import { z } from 'zod';
import type { Route } from '../access/index.ts';
import type { System } from './system.ts';

/** What the running program says of itself; written by `app/start.ts`. */
export interface RunState {
  loading: boolean;
  synthetic: boolean;
}

const health = z.object({
  status: z.enum(['ok', 'loading', 'failing']),
  postgres: z.boolean(),
  clickhouse: z.boolean(),
  synthetic: z.boolean(),
});

const yes = (): boolean => true;
const no = (): boolean => false;

/** Whether the engines answer; for whoever asks, without a session. */
export const healthRoute = (system: Pick<System, 'postgres' | 'clickhouse'>, state: RunState): Route => ({
  method: 'GET',
  url: '/api/health',
  act: 'see_health',
  summary: 'Whether the engines answer',
  reply: health,
  answer: async () => {
    const [postgres, clickhouse] = await Promise.all([
      system.postgres.query('select 1').then(yes, no),
      system.clickhouse.query('pages', 'SELECT 1').then(yes, no),
    ]);
    const status = !postgres || !clickhouse ? 'failing' : state.loading ? 'loading' : 'ok';
    return { body: { status, postgres, clickhouse, synthetic: state.synthetic } satisfies z.infer<typeof health> };
  },
});
