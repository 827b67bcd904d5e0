import { parseArgs } from 'node:util';
import { verifyChains } from '../alerts/index.ts';
import { type SystemCommand, UsageError } from './commands.ts';

const words = {
  sequence: 'an event is missing or out of place',
  previous: 'it does not stand on the event before it',
  hash: 'its content was altered',
  head: 'the case ends on another event than it says',
  personal: 'what was written with it was altered',
  foundation: "it does not stand on the household's case before it",
  linked: 'the chain of the household that this one came from holds no such event',
} as const;

/** `yilian verify-chain`: recomputes every case chain; exit 1 and the first broken link if one was altered. */
export const verifyChainCommand: SystemCommand = async (system, { argv, stdout, stderr }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { case: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length > 0) throw new UsageError('yilian verify-chain [--case ID] [--json]');
  const { cases, events, broken } = await verifyChains(system, values.case ?? null);
  if (values.case !== undefined && cases === 0) {
    stderr.write(`there is no case ${values.case}\n`);
    return 1;
  }
  const [first] = broken;
  const link = first === undefined ? null : { case_id: first.caseId, sequence: first.sequence, problem: first.problem };
  if (values.json)
    stdout.write(
      `${JSON.stringify({ cases, events, intact: first === undefined, broken: broken.length, first_broken: link })}\n`,
    );
  else if (first === undefined) stdout.write(`${cases} chains with ${events} events are whole\n`);
  else
    stdout.write(
      `case ${first.caseId}, event ${first.sequence}: ${words[first.problem]} (${broken.length} of ${cases} chains broken)\n`,
    );
  return first === undefined ? 0 : 1;
};
