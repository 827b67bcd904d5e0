/** Touches the world: the addresses at which people act on cases and referrals. */
import { z } from 'zod';
import { type Route, type RouteAnswer, RouteProblem } from '../access/index.ts';
import type { CommandDeps, CommandResult } from './command.ts';
import { type CaseCommandRequest, commandCase } from './command-case.ts';
import { commandReferral, type ReferralCommandRequest } from './command-referral.ts';
import { caseCommandRequest, commandDone, commandRefused, referralCommandRequest } from './contract.ts';

const answer = (result: CommandResult, thing: string): RouteAnswer => {
  switch (result.kind) {
    case 'done':
      return { body: result.answer };
    case 'refused':
      return { status: 409, body: result.refused };
    case 'forbidden':
      throw new RouteProblem(403, 'forbidden', '您没有这项权限。如确需办理，请联系本级民政部门的管理员。');
    case 'not_found':
      throw new RouteProblem(404, 'not_found', `没有找到这个${thing}，或者它不在您的辖区和职责范围内。`);
    default:
      return result satisfies never;
  }
};

/** Commands of people. The route asks for the act of seeing; each command asks for its own. */
export const commandRoutes = (deps: CommandDeps): Route[] => [
  {
    method: 'POST',
    url: '/api/cases/:case_id/commands',
    act: 'see_case',
    summary: 'Do a step of a case',
    params: z.object({ case_id: z.string().max(64) }),
    body: caseCommandRequest,
    reply: commandDone,
    replies: { 409: commandRefused },
    answer: async ({ actor, params, body, now }) =>
      answer(await commandCase(deps, actor, params['case_id'] ?? '', body as CaseCommandRequest, now), '帮扶链'),
  },
  {
    method: 'POST',
    url: '/api/referrals/:referral_id/commands',
    act: 'see_referrals',
    summary: 'Do a step of a referral, by the bureau or by its department',
    params: z.object({ referral_id: z.string().max(64) }),
    body: referralCommandRequest,
    reply: commandDone,
    replies: { 409: commandRefused },
    answer: async ({ actor, params, body, now }) =>
      answer(
        await commandReferral(deps, actor, params['referral_id'] ?? '', body as ReferralCommandRequest, now),
        '转办单',
      ),
  },
];
