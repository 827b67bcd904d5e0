import { parseArgs } from 'node:util';
import { type By, createMachines, type MachineGiven } from '../access/index.ts';
import { departments } from '../alerts/contract.ts';
import { feeds } from '../ingest/index.ts';
import { type SystemCommand, UsageError } from './commands.ts';

const USAGE = `yilian machines list
  yilian machines add --name NAME --department DEPARTMENT --feeds FEED,FEED --regions CODE,CODE
  yilian machines revoke --name NAME
departments: ${departments.join(', ')}
feeds: ${[...feeds.keys()].join(', ')}`;

const NAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;
/** A region is a prefix of the six levels of a region code; 4 digits are a league. */
const REGION = /^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/;

const options = {
  name: { type: 'string' },
  department: { type: 'string' },
  feeds: { type: 'string' },
  regions: { type: 'string' },
} as const;

type Given = { readonly [K in keyof typeof options]?: string | undefined };

const nameOf = ({ name = '' }: Given): string => {
  if (NAME.test(name)) return name;
  throw new UsageError(
    `--name ${name}: write 2 to 64 small letters, digits, dots, hyphens or underscores, such as housing-bureau\n${USAGE}`,
  );
};

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').map((part) => part.trim());

/** What `add` was given, or a usage error that names what is wrong. */
const readMachine = (given: Given): MachineGiven => {
  const { department = '' } = given;
  const [named, regions] = [listOf(given.feeds), listOf(given.regions)];
  const unknown = named.find((feed) => !feeds.has(feed));
  const problem = !(departments as readonly string[]).includes(department)
    ? `--department ${department}: no such department`
    : unknown !== undefined
      ? `--feeds ${unknown}: no such feed`
      : !regions.every((code) => REGION.test(code))
        ? `--regions ${given.regions ?? ''}: write region codes of 2, 4, 6, 9 or 12 digits, separated by commas`
        : null;
  if (problem !== null) throw new UsageError(`${problem}\n${USAGE}`);
  return { name: nameOf(given), department, feeds: named, regions };
};

/** `yilian machines`: credentials of departments' programs. A token is made here and shown once. */
export const machinesCommand: SystemCommand = async (system, { argv, stdout }) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const [what = '', ...more] = positionals;
  if (more.length > 0) throw new UsageError(USAGE);
  const machines = createMachines(system.postgres);
  const by: By = { actor: `uid:${process.getuid?.() ?? 0}`, now: system.now() };
  switch (what) {
    case 'list': {
      for (const {
        name,
        department,
        feeds: sends,
        regions,
        last_used_at: last,
        revoked_at: revoked,
      } of await machines.list()) {
        const used = last === null ? 'never used' : `used ${last.toISOString()}`;
        const columns = [name, department, sends.join(','), regions.join(','), revoked === null ? used : 'revoked'];
        stdout.write(`${columns.join('\t')}\n`);
      }
      return 0;
    }
    case 'add': {
      const given = readMachine(values);
      const token = await machines.add(given, by);
      if (token === null) {
        throw new UsageError(`--name ${given.name}: this name is taken, also by a revoked one; give another`);
      }
      stdout.write(`credential ${given.name} made; token: ${token} (hand it over safely; it is not shown again)\n`);
      return 0;
    }
    case 'revoke': {
      const name = nameOf(values);
      if (!(await machines.revoke(name, by))) {
        throw new UsageError(
          `--name ${name}: no credential of this name is in force; \`yilian machines list\` shows them`,
        );
      }
      stdout.write(`credential ${name} revoked\n`);
      return 0;
    }
    default:
      throw new UsageError(USAGE);
  }
};
