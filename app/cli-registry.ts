/** Touches the world: `yilian registry duplicates`, who may stand in the registry twice. */
import { parseArgs } from 'node:util';
import { noteAudit } from '../access/index.ts';
import { formatDay, parseIsoDay, shanghaiDay } from '../platform/calendar.ts';
import { type SystemCommand, UsageError } from './commands.ts';
import { scanDuplicates } from './duplicates.ts';
import { createProgress } from './progress.ts';

const usage = 'yilian registry duplicates [--all] [--as-of DATE] [--json]';

interface PairRow extends Record<string, unknown> {
  pair_id: string;
  ground: string;
  first_person_id: string;
  second_person_id: string;
  bits: number;
  state: string;
  verdict: string | null;
}

/** Pairs with the outer ids of both; those of equal numbers first. */
const PAIRS = `select d.pair_id, d.ground, a.person_id as first_person_id, b.person_id as second_person_id, d.bits, d.state, d.verdict
  from duplicate_pairs d join persons a on a.person_no = d.first_no join persons b on b.person_no = d.second_no
  where d.state <> 'released' order by d.ground desc, d.bits desc, d.pair_id`;

/**
 * `yilian registry duplicates`: compares who is new or changed since the last look (`--all`: everybody) with everybody else,
 * offers what it finds to the analysts, and tells what stands. Written to the audit log; ids and no names.
 */
export const registryCommand: SystemCommand = async (system, { argv, stdout, stderr, signal }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { all: { type: 'boolean' }, json: { type: 'boolean' }, 'as-of': { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length !== 1 || positionals[0] !== 'duplicates') throw new UsageError(usage);
  const given = values['as-of'];
  const asOf = given === undefined ? shanghaiDay(system.now()) : parseIsoDay(given);
  if (asOf === null) throw new UsageError(`--as-of ${given}: a day such as 2026-09-30\n${usage}`);
  const progress = createProgress(stderr);
  const began = performance.now();
  const { persons, found } = await scanDuplicates(system, {
    ...{ asOf, everybody: values.all === true, progress, signal },
  });
  progress.end();
  const pairs = await system.postgres.query<PairRow>(PAIRS, [], { scope: '*' });
  const seconds = Math.round((performance.now() - began) / 10) / 100;
  await system.postgres.transaction((tx) =>
    noteAudit(tx, {
      ...{ at: system.now(), actor: `uid:${process.getuid?.() ?? 0}`, role: 'operator', act: 'export' },
      ...{ subject: 'duplicates', reason: null, detail: { persons, found, pairs: pairs.length } },
    }),
  );
  if (values.json === true) {
    stdout.write(`${JSON.stringify({ persons, found, pairs, as_of: formatDay(asOf), seconds })}\n`);
    return 0;
  }
  for (const pair of pairs) {
    const { ground, first_person_id: first, second_person_id: second, bits, state, verdict } = pair;
    stdout.write(`${first} ${second} ${ground} ${bits.toFixed(1)} bits ${verdict ?? state}\n`);
  }
  stdout.write(`${persons} persons compared, ${found} new pairs, ${pairs.length} in all\n`);
  return 0;
};
