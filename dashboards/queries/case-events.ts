/** Touches the world: the events of a case, and the names that they are told with (PostgreSQL). */
import type { Tx } from '../../platform/postgres.ts';
import type { Catalogue } from '../../rules/index.ts';
import { readRegionNames } from './names.ts';
import { type EventRow, eventOf, type StepNames } from './steps.ts';

export const readCaseEvents = (tx: Tx, caseId: string): Promise<EventRow[]> =>
  tx.query<EventRow>(
    'select sequence, event, personal, previous_hash, hash from case_events where case_id = $1 order by sequence',
    [caseId],
  );

export const readStepNames = async (tx: Tx, rows: readonly EventRow[], catalogue: Catalogue): Promise<StepNames> => {
  const townships = rows.flatMap((row) => {
    const event = eventOf(row);
    return event.type === 'assigned' ? [event.township] : [];
  });
  const users = await tx.query<{ user_id: string; name: string }>(
    'select user_id, name from users where user_id = any($1::text[])',
    [[...new Set(rows.map((row) => row.event.actor))]],
  );
  return {
    rule: new Map(catalogue.rules.map((rule) => [rule.id, rule.title])),
    region: await readRegionNames(tx, townships),
    user: new Map(users.map((user) => [user.user_id, user.name])),
  };
};
