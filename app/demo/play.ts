/** Touches the world: what people did in the stories, by the same commands as theirs (alerts). */
import { createHash } from 'node:crypto';
import type { Actor, Role } from '../../access/index.ts';
import {
  type CaseCommandRequest,
  type CommandDeps,
  type CommandResult,
  commandCase,
  commandReferral,
  type ReferralCommandRequest,
} from '../../alerts/index.ts';
import { formatDay, startOfShanghaiDay } from '../../platform/calendar.ts';
import type { Story, StoryAct } from './story.ts';

/** The same act has the same request in every run: an interrupted demo does nothing twice. */
const requestIdOf = (story: Story, place: number): string => {
  const hex = createHash('sha256').update(`${story.householdId}|${place}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const momentOf = (today: number, { on, at }: StoryAct): Date => {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return new Date(startOfShanghaiDay(today + on).getTime() + (hours * 60 + minutes) * 60_000);
};

const actorOf = async (deps: CommandDeps, account: string): Promise<Actor> => {
  const [user] = await deps.postgres.query<{
    user_id: string;
    role: Role;
    regions: string[];
    department: string | null;
  }>('select user_id, role, regions, department from users where account = $1 and demo', [account]);
  if (user === undefined) throw new Error(`a story is told of ${account}, which is no demo account`);
  return { id: user.user_id, role: user.role, regions: user.regions, department: user.department };
};

/** An empty day in an act is the day of the act. */
const dated = <C extends StoryAct['does']>(command: C, today: number, on: number): C => {
  const day = formatDay(today + on);
  if (command.type === 'record_visit') return { ...command, visited_on: command.visited_on || day };
  if (command.type === 'fulfil') return { ...command, given_on: command.given_on || day };
  return command;
};

const versionOf = async (deps: CommandDeps, table: 'cases' | 'referrals', id: string): Promise<number> => {
  const column = table === 'cases' ? 'case_id' : 'referral_id';
  const [row] = await deps.postgres.query<{ version: number }>(
    `select version from ${table} where ${column} = $1`,
    [id],
    { scope: '*' },
  );
  return row?.version ?? 0;
};

const findOne = async (deps: CommandDeps, sql: string, values: unknown[], what: string): Promise<string> => {
  const [row] = await deps.postgres.query<{ id: string }>(sql, values, { scope: '*' });
  if (row === undefined) throw new Error(`the demo has no ${what}`);
  return row.id;
};

const run = async (
  deps: CommandDeps,
  story: Story,
  act: StoryAct,
  place: number,
  today: number,
): Promise<CommandResult> => {
  const actor = await actorOf(deps, act.by);
  const now = momentOf(today, act);
  const request_id = requestIdOf(story, place);
  if ('referral' in act) {
    const id = await findOne(
      deps,
      'select referral_id as id from referrals where household_id = $1 and service = $2 order by created_at desc limit 1',
      [story.householdId, act.referral],
      `referral ${act.referral} of ${story.householdId}`,
    );
    const command = dated(act.does, today, act.on);
    const request: ReferralCommandRequest = { version: await versionOf(deps, 'referrals', id), request_id, command };
    return commandReferral(deps, actor, id, request, now);
  }
  const track = act.track ?? 'need';
  const id = await findOne(
    deps,
    'select case_id as id from cases where household_id = $1 and track = $2 order by ordinal desc limit 1',
    [story.householdId, track],
    `case ${track} of ${story.householdId}`,
  );
  const command = dated(act.does, today, act.on);
  const request: CaseCommandRequest = { version: await versionOf(deps, 'cases', id), request_id, command };
  return commandCase(deps, actor, id, request, now);
};

/** Acts of all stories from one day on and before another, in the order of their moments. */
export const playActs = async (
  deps: CommandDeps,
  stories: readonly Story[],
  span: { readonly today: number; readonly from: number; readonly before: number },
): Promise<void> => {
  const acts = stories
    .flatMap((story) => story.acts.map((act, place) => ({ story, act, place })))
    .filter(({ act }) => act.on >= span.from && act.on < span.before)
    .sort((a, b) => a.act.on - b.act.on || a.act.at.localeCompare(b.act.at) || a.place - b.place);
  for (const { story, act, place } of acts) {
    const result = await run(deps, story, act, place, span.today);
    if (result.kind !== 'done') {
      const why = result.kind === 'refused' ? (result.refused.refusal ?? result.refused.error) : result.kind;
      throw new Error(`demo ${story.householdId}: ${act.does.type} by ${act.by} was not done: ${why}`);
    }
  }
};
