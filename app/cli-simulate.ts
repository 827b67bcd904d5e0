import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CommandContext, UsageError } from './commands.ts';
import { simulate } from './simulate/index.ts';

const usage = 'yilian simulate --households N --seed S [--months M] [--as-of YYYY-MM-DD] --out DIR';

const whole = (name: string, text: string | undefined, least: number): number => {
  const value = Number(text);
  if (text === undefined || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${name} ${text ?? 'is missing'}: a whole number from ${least} is wanted\n${usage}`);
  }
  return value;
};

/** `yilian simulate`: a synthetic exchange directory with its truth. Needs no engine. */
export const simulateCommand = async ({ argv, cwd, stdout, stderr }: CommandContext): Promise<number> => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { households: text, seed: text, months: text, out: text, 'as-of': text },
    allowPositionals: true,
  });
  if (values.out === undefined || positionals.length > 0) throw new UsageError(usage);
  let said = performance.now();
  const result = await simulate({
    households: whole('households', values.households, 1),
    seed: whole('seed', values.seed, 0),
    out: resolve(cwd, values.out),
    ...(values.months === undefined ? {} : { months: whole('months', values.months, 1) }),
    ...(values['as-of'] === undefined ? {} : { asOf: values['as-of'] }),
    onProgress: (done, total) => {
      if (performance.now() - said < 1_000) return;
      said = performance.now();
      stderr.write(`simulating: ${done} of ${total} households\n`);
    },
  });
  stdout.write(
    `模拟数据: ${result.households} households, ${result.persons} persons, ${result.records} records in ${result.files} files\n`,
  );
  return 0;
};
