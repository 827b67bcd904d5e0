import { parseArgs } from 'node:util';
import { type AccountGiven, type By, createAccounts, role, roles } from '../access/index.ts';
import { departments } from '../alerts/contract.ts';
import { type SystemCommand, UsageError } from './commands.ts';

const USAGE = `yilian users list
  yilian users add --account NAME --name TEXT --role ROLE --regions CODE,CODE [--department DEPARTMENT]
  yilian users reset|disable|enable --account NAME
roles: ${roles.join(', ')}
departments: ${departments.join(', ')}`;

/** What an operator is told while nobody can sign in. */
export const FIRST_ACCOUNT =
  'nobody can sign in yet; make the first account of a real store with ' +
  '`npx yilian users add --account NAME --name TEXT --role administrator --regions CODE`';

const ACCOUNT = /^[a-z0-9][a-z0-9._-]{1,63}$/;
/** A region is a prefix of the six levels of a region code; 4 digits are a league. */
const REGION = /^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/;

const options = {
  account: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  regions: { type: 'string' },
  department: { type: 'string' },
} as const;

type Given = { readonly [K in keyof typeof options]?: string | undefined };

const accountOf = ({ account = '' }: Given): string => {
  if (ACCOUNT.test(account)) return account;
  throw new UsageError(
    `--account ${account}: write 2 to 64 small letters, digits, dots, hyphens or underscores, such as li.na\n${USAGE}`,
  );
};

/** What `add` was given, or a usage error that names what is wrong. */
const readAccount = (given: Given): AccountGiven => {
  const name = given.name?.trim() ?? '';
  const regions = (given.regions ?? '').split(',').map((code) => code.trim());
  const department = given.department ?? null;
  const parsed = role.safeParse(given.role);
  const problem = !parsed.success
    ? `--role ${given.role ?? ''}: no such role`
    : name === '' || name.length > 50
      ? '--name: write the name of the person, at most 50 letters'
      : !regions.every((code) => REGION.test(code))
        ? `--regions ${given.regions ?? ''}: write region codes of 2, 4, 6, 9 or 12 digits, separated by commas`
        : (parsed.data === 'department') !== (department !== null)
          ? '--department: belongs to the role department, and that role needs it'
          : department !== null && !(departments as readonly string[]).includes(department)
            ? `--department ${department}: no such department`
            : null;
  if (problem !== null || !parsed.success) throw new UsageError(`${problem}\n${USAGE}`);
  return { account: accountOf(given), name, role: parsed.data, regions, department };
};

const NEVER_AGAIN = 'hand it over in person; it is not shown again';

/** `yilian users`: accounts of a real store. A password is made here and shown once. */
export const usersCommand: SystemCommand = async (system, { argv, stdout }) => {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const [what = '', ...more] = positionals;
  if (more.length > 0) throw new UsageError(USAGE);
  const accounts = createAccounts(system.postgres);
  const by: By = { actor: `uid:${process.getuid?.() ?? 0}`, now: system.now() };
  const missing = (account: string): UsageError =>
    new UsageError(`--account ${account}: no such account; \`yilian users list\` shows them`);
  switch (what) {
    case 'list': {
      for (const user of await accounts.list()) {
        const state =
          user.disabled_at !== null ? 'disabled' : (user.locked_until ?? by.now) > by.now ? 'locked' : 'active';
        const columns = [user.account, user.name, user.role, user.regions.join(','), user.department ?? '-', state];
        stdout.write(`${columns.join('\t')}\n`);
      }
      return 0;
    }
    case 'add': {
      const given = readAccount(values);
      const password = await accounts.add(given, by);
      if (password === null) throw new UsageError(`--account ${given.account}: this account is there already`);
      stdout.write(`account ${given.account} made; password: ${password} (${NEVER_AGAIN})\n`);
      return 0;
    }
    case 'reset': {
      const account = accountOf(values);
      const password = await accounts.reset(account, by);
      if (password === null) throw missing(account);
      stdout.write(`new password of ${account}: ${password} (${NEVER_AGAIN})\n`);
      return 0;
    }
    case 'disable':
    case 'enable': {
      const account = accountOf(values);
      if (!(await accounts.setEnabled(account, what === 'enable', by))) throw missing(account);
      stdout.write(`account ${account} ${what}d\n`);
      return 0;
    }
    default:
      throw new UsageError(USAGE);
  }
};
