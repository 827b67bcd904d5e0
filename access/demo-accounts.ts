/** Touches the world: accounts of a store of fictional data. Their password is public: they exist in no other store. */
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { DemoAccounts, Role } from './contract.ts';
import { hashPassword } from './password.ts';
import { insertUser, listUsers } from './store.ts';

/** Of every demo account. Documented in README.md and shown on the sign-in page. */
export const DEMO_PASSWORD = 'yilian-demo';

interface DemoAccount {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  readonly region: string;
  readonly department?: string;
}

const LEAGUE = '1599';

/** Departments that answer referrals, with who sits there. */
const departments: readonly (readonly [department: string, name: string])[] = [
  ['medical-insurance', '宋医保'],
  ['health', '郑卫健'],
  ['housing', '方住建'],
  ['human-resources', '任人社'],
  ['education', '文教育'],
  ['disability', '康残联'],
  ['agriculture', '田农牧'],
  ['emergency', '安应急'],
  ['water', '江水利'],
  ['civil-affairs', '关民政'],
  ['justice', '史司法'],
  ['charity', '乐慈善'],
];

const accountsOf = (banner: string): DemoAccount[] => [
  { account: 'analyst', name: '陈分析', role: 'analyst', region: banner },
  { account: 'analyst-league', name: '孟分析', role: 'analyst', region: LEAGUE },
  { account: 'township', name: '苏乡镇', role: 'township', region: `${banner}101` },
  { account: 'village', name: '何协理', role: 'village_assistant', region: `${banner}101001` },
  ...departments.map(([department, name]): DemoAccount => {
    return { account: `dept-${department}`, name, role: 'department', region: banner, department };
  }),
  { account: 'leadership', name: '林领导', role: 'leadership', region: LEAGUE },
  { account: 'inspector', name: '严抽检', role: 'inspector', region: LEAGUE },
  { account: 'match-reviewer', name: '毕复核', role: 'match_reviewer', region: banner },
  { account: 'rule-author', name: '吕规则', role: 'rule_author', region: LEAGUE },
  { account: 'rule-approver', name: '裴审定', role: 'rule_approver', region: LEAGUE },
  { account: 'auditor', name: '沈审计', role: 'auditor', region: LEAGUE },
  { account: 'administrator', name: '管系统', role: 'administrator', region: LEAGUE },
];

/**
 * Makes the accounts of the first banner, and an analyst for each other one. Those that are there already stay as they
 * are. The caller has marked the store as fictional in the same transaction.
 */
export const createDemoAccounts = async (tx: Tx, now: Date, banners: readonly string[]): Promise<void> => {
  const [first, ...others] = banners;
  if (first === undefined) return;
  const more = others.map((banner): DemoAccount => {
    return { account: `analyst-${banner}`, name: '陈分析', role: 'analyst', region: banner };
  });
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  for (const { account, name, role, region, department = null } of [...accountsOf(first), ...more]) {
    const user = { user_id: `demo-${account}`, account, name, role, regions: [region], department };
    await insertUser(tx, { ...user, demo: true, passwordHash, createdAt: now });
  }
};

/** In the order in which they were written down here, which is the order of the sign-in page. */
export const listDemoAccounts = async (postgres: Postgres): Promise<DemoAccounts> => {
  const order = accountsOf('').map(({ account }) => account);
  const place = (account: string): number => (order.includes(account) ? order.indexOf(account) : order.length);
  const users = (await listUsers(postgres)).filter((user) => user.demo && user.disabled_at === null);
  return {
    accounts: users
      .sort((a, b) => place(a.account) - place(b.account))
      .map(({ account, name, role, department, regions }) => ({
        ...{ account, password: DEMO_PASSWORD, name, role, department, regions },
      })),
  };
};
