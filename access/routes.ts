/** Touches the world: signing in and out. */
import { formatShanghai } from '../platform/calendar.ts';
import type { Postgres } from '../platform/postgres.ts';
import { demoAccounts, problem, type SignedIn, signedIn, signInRequest } from './contract.ts';
import { listDemoAccounts } from './demo-accounts.ts';
import { actsOf } from './permission.ts';
import { type Route, RouteProblem, type RouteRequest } from './route.ts';
import { SESSION_COOKIE, type Session, type Sessions } from './session.ts';

export interface AccessDeps {
  readonly postgres: Postgres;
  readonly sessions: Sessions;
  /** Names of regions by their codes, as far as they are known. */
  readonly regionNames: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Whether this store holds fictional data. */
  readonly isSynthetic: () => boolean;
}

/** One answer to a wrong account, a wrong password, a locked and a disabled account: which it was is nobody's business. */
const notSignedIn = () =>
  new RouteProblem(
    401,
    'sign_in_failed',
    '账号或密码不正确，或账号已停用、已锁定。连续输错 5 次将锁定 15 分钟，请核对后再试；忘记密码请联系管理员重置。',
  );
const busy = () => new RouteProblem(429, 'busy', '正在登录的人太多，请稍后再试。');
const expired = () => new RouteProblem(401, 'sign_in_required', '请先登录；登录已过期的，请重新登录。');

export const accessRoutes = (deps: AccessDeps): Route[] => {
  const describe = async ({ user, endsAt }: Session): Promise<SignedIn> => {
    const names = await deps.regionNames(user.regions);
    return {
      user_id: user.user_id,
      account: user.account,
      name: user.name,
      role: user.role,
      regions: user.regions.map((code) => ({ region_code: code, name: names.get(code) ?? null })),
      department: user.department,
      acts: actsOf(user.role),
      expires_at: formatShanghai(endsAt),
      synthetic: deps.isSynthetic(),
    };
  };
  const cookieOf = ({ cookies }: RouteRequest): string | null => cookies[SESSION_COOKIE] ?? null;

  return [
    {
      method: 'POST',
      url: '/api/session',
      act: 'sign_in',
      summary: 'Sign in',
      body: signInRequest,
      reply: signedIn,
      replies: { 401: problem, 429: problem },
      answer: async (request) => {
        const { account, password } = request.body as { account: string; password: string };
        const before = cookieOf(request);
        const result = await deps.sessions.signIn({ account, password, before, now: request.now });
        if (!result.ok) throw result.busy ? busy() : notSignedIn();
        const setCookie = { name: SESSION_COOKIE, value: result.cookie, maxAgeSeconds: result.seconds };
        return { body: await describe(result.session), setCookie };
      },
    },
    {
      method: 'GET',
      url: '/api/session',
      act: 'see_own_session',
      summary: 'Who is signed in',
      reply: signedIn,
      answer: async (request) => {
        const session = await deps.sessions.find(cookieOf(request) ?? '', request.now, { prolong: false });
        if (session === null) throw expired();
        return { body: await describe(session) };
      },
    },
    {
      method: 'DELETE',
      url: '/api/session',
      act: 'see_own_session',
      summary: 'Sign out',
      reply: null,
      answer: async (request) => {
        await deps.sessions.end(cookieOf(request) ?? '', request.now);
        return { body: null, setCookie: { name: SESSION_COOKIE, value: '', maxAgeSeconds: 0 } };
      },
    },
    {
      method: 'GET',
      url: '/api/demo-accounts',
      act: 'sign_in',
      summary: 'Accounts of a store of fictional data, with their password',
      reply: demoAccounts,
      answer: async () => {
        if (!deps.isSynthetic()) throw new RouteProblem(404, 'not_found', '本系统没有演示账号，请使用分配的账号登录。');
        return { body: await listDemoAccounts(deps.postgres) };
      },
    },
  ];
};
