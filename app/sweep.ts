/** Touches the world: one sweep - evaluate, then open, observe and clear in one transaction with the dirty marks. */
import { type OpenedCounts, openFindings, readWarned } from '../alerts/index.ts';
import { formatDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';
import { endTakenMarks, readDirtyMarks, readHouseholdsOf, readOuterIds, takeDirtyMarks } from '../registry/index.ts';
import { evaluateRules } from '../rules/index.ts';
import type { System } from './system.ts';
import { withUnregistered } from './unregistered.ts';

/** Any fixed number: of many sweepers one works at a time. */
const SWEEP_LOCK = 7_214_900_301;

export interface SweepOptions {
  readonly asOf: number;
  /** Moment that rows are stamped with. */
  readonly at: Date;
  readonly scope: 'all' | 'dirty';
  readonly ruleId?: string;
  readonly signal?: AbortSignal;
  /** More to do in the same transaction, after everything else. */
  readonly afterwards?: (tx: Tx, counts: OpenedCounts) => Promise<void>;
}

const noChange: OpenedCounts = {
  findings: 0,
  warnings: { opened: 0, observed: 0, cleared: 0 },
  duties: { opened: 0, cleared: 0 },
  cases: { opened: 0, joined: 0 },
};

/**
 * Runs a sweep. It is a cut: dirty sequence, registry revision, rule versions and day are read first and written to its
 * run; what is marked dirty meanwhile is marked anew. A crash repeats it and loses nothing.
 */
export const sweep = async (system: System, options: SweepOptions): Promise<OpenedCounts> => {
  const { postgres, catalogue } = system;
  const lock = await postgres.pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [SWEEP_LOCK]);
    const startedAt = system.now();
    const [maintenance] = await postgres.query<{ task: string }>('select task from maintenance limit 1');
    if (maintenance !== undefined) {
      throw new Error(
        `${maintenance.task} was interrupted or is running: run \`yilian rebuild facts\` to its end, then evaluate`,
      );
    }
    // Only a sweep of every rule answers the marks.
    const marks = await (options.ruleId === undefined ? takeDirtyMarks : readDirtyMarks)(postgres);
    const households = options.scope === 'all' ? null : marks.households;
    if (households !== null && households.length === 0) return noChange;
    const [run] = await postgres.query<{ sweep_no: number }>(
      `insert into sweeps (as_of, registry_revision, dirty_sequence, scope, rules, watermarks, findings, started_at)
       values ($1, 0, 0, $2, '[]', '[]', 0, $3) returning sweep_no`,
      [formatDay(options.asOf), options.scope, startedAt],
    );
    const sweepNo = (run as { sweep_no: number }).sweep_no;
    const warned = await readWarned(postgres);
    const watched = new Set([...warned.households, ...(await readHouseholdsOf(postgres, warned.persons))]);
    const judged = await evaluateRules(system, {
      asOf: options.asOf,
      catalogue,
      sweep: sweepNo,
      scope: households ?? 'all',
      watched: [...watched],
      ...(options.ruleId === undefined ? {} : { ruleId: options.ruleId }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const evaluation = await withUnregistered(system, judged, options.at);
    const rules = catalogue.rules
      .filter((rule) => evaluation.ruleIds.has(rule.id))
      .map((rule) => `${rule.id}@${rule.version}`);
    return await postgres.transaction(
      async (tx) => {
        const counts = await openFindings(tx, evaluation, {
          at: options.at,
          full: households === null,
          households,
          outerIds: async (_, persons, homes) => readOuterIds(postgres, persons, homes),
        });
        if (options.ruleId === undefined) await endTakenMarks(tx);
        await tx.query(
          'update sweeps set registry_revision = $2, dirty_sequence = $3, rules = $4, findings = $5, finished_at = $6 where sweep_no = $1',
          [sweepNo, evaluation.registryRevision, marks.sequence, JSON.stringify(rules), counts.findings, system.now()],
        );
        await options.afterwards?.(tx, counts);
        return counts;
      },
      { scope: '*' },
    );
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [SWEEP_LOCK]).catch(() => undefined);
    lock.release();
  }
};
