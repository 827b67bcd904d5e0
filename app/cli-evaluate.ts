import { parseArgs } from 'node:util';
import { formatDay, shanghaiDay, startOfShanghaiDay } from '../platform/calendar.ts';
import { dayOption } from './cli-load.ts';
import { type SystemCommand, UsageError } from './commands.ts';
import { sweep } from './sweep.ts';

const usage = 'yilian evaluate [--as-of YYYY-MM-DD] [--rule ID] [--json]';

/** `yilian evaluate`: rules only, on every household. */
export const evaluateCommand: SystemCommand = async (system, { argv, stdout, signal }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { 'as-of': { type: 'string' }, rule: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length > 0) throw new UsageError(usage);
  const ruleId = values.rule;
  if (ruleId !== undefined && !system.catalogue.rules.some((rule) => rule.id === ruleId)) {
    throw new UsageError(
      `--rule ${ruleId}: no such rule; there are ${system.catalogue.rules.map((rule) => rule.id).join(', ')}`,
    );
  }
  const started = performance.now();
  const given = dayOption(values['as-of']);
  const asOf = given ?? shanghaiDay(system.now());
  const at = given === null ? system.now() : startOfShanghaiDay(given);
  const counts = await sweep(system, { asOf, at, scope: 'all', signal, ...(ruleId === undefined ? {} : { ruleId }) });
  const result = { ...counts, as_of: formatDay(asOf), seconds: Math.round((performance.now() - started) / 10) / 100 };
  const { warnings, duties } = result;
  stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `${result.findings} findings as of ${result.as_of}: ${warnings.opened} warnings opened, ${warnings.observed} observed, ` +
          `${warnings.cleared} cleared; ${duties.opened} duties opened, ${duties.cleared} cleared (${result.seconds} s)\n`,
  );
  return 0;
};
