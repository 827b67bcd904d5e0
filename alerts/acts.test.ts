import { describe, expect, it } from 'vitest';
import { actOfCase, actsOfReferral, offeredActs, offeredReferralActs } from './acts.ts';
import { caseCommand, referralCommand } from './contract.ts';
import { commands, context, mainLine, TODAY, tell, type Walked, walk } from './machine-for-tests.ts';
import { places } from './referral-places-for-tests.ts';

const allowed = (walked: Walked, given = {}): string[] =>
  offeredActs(walked.state, { ...context, ...given }).flatMap((act) => (act.allowed ? [act.type] : []));
const refusal = (walked: Walked, type: string): unknown =>
  offeredActs(walked.state, context).find((act) => act.type === type)?.refusal;
const caseTypes = caseCommand.options.map((option) => option.shape.type.value);
const referralTypes = referralCommand.options.map((option) => option.shape.type.value);

describe('what a page offers of a case', () => {
  it('is what is legal now in some form', () => {
    const upTo = (steps: number) => walk(mainLine.slice(0, steps));
    expect(allowed(upTo(0))).toEqual(['receive', 'note']);
    expect(allowed(upTo(1))).toEqual(['assign', 'dispose', 'note']);
    expect(allowed(upTo(2))).toEqual(['assign', 'record_visit', 'dispose', 'note']);
    expect(allowed(upTo(3))).toEqual(['send_back', 'verify', 'dispose', 'note']);
    expect(allowed(upTo(4))).toEqual(['dispose', 'refer', 'note']);
    expect(allowed(upTo(5))).toEqual(['dispose', 'refer', 'report', 'note']);
    expect(allowed(upTo(6))).toEqual(['refer', 'close', 'note']);
    expect(allowed(upTo(7))).toEqual(['inspect', 'reopen', 'note']);
    expect(allowed(upTo(7), { otherCaseOpen: true })).toEqual(['inspect', 'note']);
  });

  it('says of every other command why not', () => {
    const disposed = walk([...mainLine.slice(0, 4), commands.dispose_refer]);
    expect(offeredActs(disposed.state, context).map(({ type }) => type)).toEqual(caseTypes);
    expect(refusal(disposed, 'report')).toBe('referral_missing');
    expect(refusal(disposed, 'give_notice')).toBe('notice_not_due');
    expect(refusal(walk(mainLine), 'receive')).toBe('already_closed');
    for (const act of offeredActs(disposed.state, context)) expect(act.refusal === null).toBe(act.allowed);
  });

  it('is never more than the machine takes', () => {
    for (let steps = 0; steps <= mainLine.length; steps += 1) {
      const walked = walk(mainLine.slice(0, steps));
      const offered = new Set(allowed(walked));
      for (const command of Object.values(commands))
        if (tell(walked, command).ok) expect(offered, command.type).toContain(command.type);
    }
  });

  it('names an application that can be decided', () => {
    const applied = walk([...mainLine.slice(0, 4), commands.dispose_apply]);
    expect(allowed(applied)).toContain('decide_application');
    expect(allowed(walk([commands.decide_application], applied))).not.toContain('decide_application');
  });
});

describe('what a page offers of a referral', () => {
  it('is what is legal now', () => {
    const of = (place: keyof typeof places): string[] =>
      offeredReferralActs(places[place].state, { today: TODAY, isReported: true }).flatMap((act) =>
        act.allowed ? [act.type] : [],
      );
    expect(of('created')).toEqual(['send', 'withdraw']);
    expect(of('sentOffline')).toEqual(['deliver', 'accept', 'return', 'withdraw']);
    expect(of('delivered')).toEqual(['accept', 'return', 'withdraw']);
    expect(of('fulfilled')).toEqual(['confirm', 'dispute']);
    expect(of('returned')).toEqual(['reroute', 'withdraw']);
    expect(of('confirmed')).toEqual([]);
    const { state } = places.created;
    const offered = offeredReferralActs(state, { today: TODAY, isReported: false });
    expect(offered.map(({ type }) => type)).toEqual(referralTypes);
  });
});

describe('acts of commands', () => {
  it('are named for each', () => {
    expect(Object.keys(actOfCase).toSorted()).toEqual(caseTypes.toSorted());
    for (const type of referralTypes) expect(actsOfReferral(type, 'portal').length).toBe(1);
  });

  it('let the bureau type in an answer that came on paper, and no other', () => {
    expect(actsOfReferral('accept', 'portal')).toEqual(['answer_referral']);
    expect(actsOfReferral('accept', 'offline')).toEqual(['answer_referral', 'send_referral']);
    expect(actsOfReferral('confirm', 'offline')).toEqual(['judge_answer']);
  });
});
