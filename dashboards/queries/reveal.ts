/** Touches the world: one masked field in full, with its reason in the audit log (PostgreSQL). */

import type { z } from 'zod';
import { type Actor, noteAudit, RouteProblem } from '../../access/index.ts';
import { formatDay, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import { caseScope, findCase } from './case-row.ts';
import type { revealed, revealRequest } from './contract.ts';
import type { QueryDeps } from './deps.ts';

interface Held {
  readonly name: string | null;
  readonly id_sealed: Buffer | null;
  readonly phone_sealed: Buffer | null;
}

/** What is held of a member of the household, or with null of the household itself. */
const readHeld = async (tx: Tx, householdNo: number, personId: string | null, day: string): Promise<Held> => {
  const [row] =
    personId === null
      ? await tx.query<Held & Record<string, unknown>>(
          `select null as name, null::bytea as id_sealed, phone_sealed, held_from from household_states
           where household_no = $1 and replaced is null
           union all select null, null, phone_sealed, null from provisional_households where household_no = $1
           order by held_from <= $2 desc nulls last, held_from desc nulls last limit 1`,
          [householdNo, day],
        )
      : await tx.query<Held & Record<string, unknown>>(
          `select s.name, s.id_sealed, s.phone_sealed from persons p
           join person_states s on s.person_no = p.person_no and s.replaced is null
           where p.person_id = $2
             and exists (select from memberships m where m.person_no = p.person_no and m.household_no = $1 and m.replaced is null)
           union all select v.name, v.id_sealed, v.phone_sealed
           from provisional_households v join households h using (household_no) where v.household_no = $1 and h.household_id = $2`,
          [householdNo, personId],
        );
  if (row === undefined) {
    throw new RouteProblem(404, 'not_found', '这个家庭中没有这名成员。请刷新页面后重新选择。');
  }
  return row;
};

/** The line of the log and the value are one transaction: what could not be logged is not shown. */
export const reveal = async (
  deps: QueryDeps,
  actor: Actor,
  caseId: string,
  asked: z.infer<typeof revealRequest>,
  now: Date,
): Promise<z.infer<typeof revealed>> => {
  const row = await findCase(deps.postgres, actor, 'see_full_identity', caseId);
  return deps.postgres.transaction(
    async (tx) => {
      const held = await readHeld(tx, row.household_no, asked.person_id, formatDay(shanghaiDay(now)));
      await noteAudit(tx, {
        at: now,
        actor: actor.id,
        role: actor.role,
        act: 'see_full_identity',
        subject: caseId,
        reason: asked.reason,
        detail: { person_id: asked.person_id, field: asked.field },
      });
      if (asked.field === 'name') return { value: held.name };
      const sealed = asked.field === 'id_number' ? held.id_sealed : held.phone_sealed;
      return { value: sealed === null ? null : deps.cipher.open(sealed).toString('utf8') };
    },
    { scope: caseScope(actor, row) },
  );
};
