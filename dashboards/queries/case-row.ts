/** Touches the world: the case that a page is about, if the reader may see it (PostgreSQL). */
import { type Act, type Actor, may, RouteProblem, scopeOf } from '../../access/index.ts';
import type { Track } from '../../alerts/contract.ts';
import type { Postgres } from '../../platform/postgres.ts';
import type { Level } from '../../rules/contract.ts';

export interface CaseRow extends Record<string, unknown> {
  readonly case_id: string;
  readonly household_no: number;
  readonly household_id: string;
  readonly track: Track;
  readonly region_code: string;
  readonly handling_region: string | null;
  readonly township: string | null;
  readonly level: Level;
  readonly state: string;
  readonly version: number;
  readonly opened_at: Date;
  readonly opened_as_of: string;
  readonly ordinal: number;
  readonly progress: Record<string, unknown>;
}

/** The same words whether it is not there or not the reader's: what exists elsewhere is nobody's business. */
const noSuchCase = (): RouteProblem =>
  new RouteProblem(404, 'not_found', '没有找到这个帮扶链，或不在您的辖区内。请核对编号后重试。');

export const findCase = async (postgres: Postgres, actor: Actor, act: Act, caseId: string): Promise<CaseRow> => {
  const [row] = await postgres.query<CaseRow>(
    `select case_id, household_no, household_id, track, region_code, handling_region, township, level, state, version,
       opened_at, opened_as_of, ordinal, progress
     from cases where case_id = $1`,
    [caseId],
    { scope: scopeOf(actor) },
  );
  if (row === undefined) throw noSuchCase();
  const regions = [row.region_code, ...(row.handling_region === null ? [] : [row.handling_region])];
  if (!may(actor, act, { regions }).allowed) throw noSuchCase();
  return row;
};

/**
 * Scope to read a case's household with: the reader's own and the case's home, which somebody who sees the case by its
 * handling region is not given. Of a household that has moved on, what it was while it lived there stays to be seen.
 */
export const caseScope = (actor: Actor, row: CaseRow): string =>
  actor.role === 'system' ? '*' : [scopeOf(actor), row.region_code].filter(Boolean).join(',');
