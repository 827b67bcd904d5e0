/** Touches the world: every address of the program, put together from the rooms. */
import { join } from 'node:path';
import { accessRoutes, createMachines, createSessions } from '../access/index.ts';
import { commandRoutes } from '../alerts/index.ts';
import { queryRoutes } from '../dashboards/queries/index.ts';
import { duplicateRoutes, reviewRoutes } from '../matchers/index.ts';
import { commandDeps } from './command-deps.ts';
import { healthRoute, type RunState } from './health.ts';
import type { HttpDeps } from './http.ts';
import { leadNotesRoute } from './lead-notes.ts';
import { createLive } from './live.ts';
import { eventsRoute } from './live-route.ts';
import { createPush } from './push.ts';
import { pushRoute } from './push-route.ts';
import { downloadRoutes } from './quality-note/index.ts';
import { quarantineRoutes } from './quarantine/index.ts';
import { reviewDeps } from './review.ts';
import type { System } from './system.ts';

const regionNames =
  ({ postgres }: Pick<System, 'postgres'>) =>
  async (codes: readonly string[]): Promise<Map<string, string>> => {
    const rows = await postgres.query<{ region_code: string; name: string }>(
      'select region_code, name from regions where replaced is null and region_code = any($1)',
      [codes],
    );
    return new Map(rows.map((row) => [row.region_code, row.name]));
  };

/** What the server needs; `state` is read at every request. */
export const httpDeps = (system: System, state: RunState): HttpDeps => {
  const sessions = createSessions(system.postgres);
  return {
    routes: [
      healthRoute(system, state),
      ...accessRoutes({
        postgres: system.postgres,
        sessions,
        regionNames: regionNames(system),
        isSynthetic: () => state.synthetic,
      }),
      ...commandRoutes(commandDeps(system)),
      ...reviewRoutes(reviewDeps(system)),
      ...duplicateRoutes(system),
      ...queryRoutes({ ...system, isSynthetic: () => state.synthetic }),
      leadNotesRoute(system),
      ...quarantineRoutes({ system, isSynthetic: () => state.synthetic }),
    ],
    rawRoutes: [eventsRoute(createLive(system)), ...downloadRoutes(system, () => state.synthetic)],
    machineRoutes: [pushRoute(createPush(system))],
    findMachine: createMachines(system.postgres).find,
    findActor: async (cookie, now, options) => (await sessions.find(cookie, now, options))?.actor ?? null,
    now: system.now,
    log: system.log,
    pages: join(system.root, 'dist/web'),
  };
};
