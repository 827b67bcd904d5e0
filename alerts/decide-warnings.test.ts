import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../platform/calendar.ts';
import { type Evaluation, type Finding, type Level, subjectKey, subjectOf } from '../rules/index.ts';
import { decideWarnings, higher, nameEpisode, type StandingWarning } from './decide-warnings.ts';

const day = (text: string): number => parseIsoDay(text) as number;
const TODAY = day('2026-09-30');
const CLOSED_AT = new Date('2026-06-01T02:00:00Z');

const found = (more: Partial<Finding> = {}): Finding => ({
  ...{ ruleId: 'medical-burden', ruleVersion: 1, householdNo: 7, personNo: null, regionCode: '159901101001' },
  ...{ level: 'orange', direction: 'need', service: [], parameters: {}, indicators: {}, records: [] },
  ...{ newestRecordAt: null, signature: 'same' },
  ...more,
});

const standing = (more: Partial<StandingWarning> = {}): StandingWarning => {
  const { ruleId = 'medical-burden', householdNo = 7, personNo = null } = more;
  return {
    ...{ warningId: 'w-1', kind: 'warning', ruleId, subject: subjectOf(householdNo, personNo), householdNo, personNo },
    ...{
      episode: 1,
      status: 'open',
      level: 'orange',
      lastEvaluatedOn: day('2026-09-29'),
      findingHash: found().signature,
    },
    ...{ closedOn: null, closedLevel: null, falseSinceClosed: false, caseId: 'c-1' },
    ...more,
  };
};
const closed = (more: Partial<StandingWarning> = {}): StandingWarning =>
  standing({
    ...{ status: 'closed', closedOn: day('2026-06-01'), closedLevel: 'orange', lastEvaluatedOn: day('2026-06-01') },
    ...more,
  });

interface Given {
  readonly held?: readonly StandingWarning[];
  readonly findings?: readonly Finding[];
  readonly unknown?: readonly string[];
  readonly asOf?: number;
  readonly rules?: readonly string[];
  readonly households?: readonly number[];
  readonly persons?: readonly number[];
  readonly baseline?: boolean;
  readonly unregistered?: Evaluation['unregistered'];
}

/** What an evaluation with these findings changes on these warnings, in short. */
const when = (given: Given) => {
  const { households = [7], persons = [], findings = [] } = given;
  const evaluation: Evaluation = {
    ...{ asOf: given.asOf ?? TODAY, findings, unknown: new Set(given.unknown ?? []) },
    covers: (no) => households.includes(no),
    coversPerson: (no) => persons.includes(no),
    persons: new Set(persons),
    ...(given.unregistered === undefined ? {} : { unregistered: given.unregistered }),
    ...{ ruleIds: new Set(given.rules ?? ['medical-burden', 'lead']), registryRevision: 1 },
  };
  const changes = decideWarnings(evaluation, given.held ?? [], {
    isBaseline: () => given.baseline ?? false,
    closedAt: () => CLOSED_AT,
  });
  return {
    opened: changes.opened.map(({ kind, subject, episode, baseline }) => ({ kind, subject, episode, baseline })),
    observed: changes.observed.map(({ standing: { warningId }, level, reopened }) => ({ warningId, level, reopened })),
    cleared: changes.cleared.map(({ warningId }) => warningId),
    ended: changes.ended.map(({ warningId }) => warningId),
    evaluated: changes.evaluated.map(({ warningId }) => warningId),
  };
};
const nothing = { opened: [], observed: [], cleared: [], ended: [] };
const newEpisode = (episode: number) => [{ kind: 'warning', subject: 'h:7', episode, baseline: false }];

describe('a finding of nothing that stands', () => {
  it('opens the first episode', () => {
    expect(when({ findings: [found()] })).toEqual({ ...nothing, opened: newEpisode(1), evaluated: [] });
  });

  it('is baseline where its rule was never evaluated in the banner before, but no later episode is', () => {
    expect(when({ findings: [found()], baseline: true }).opened).toEqual([{ ...newEpisode(1)[0], baseline: true }]);
    const ended = closed({ falseSinceClosed: true });
    expect(when({ held: [ended], findings: [found()], baseline: true }).opened).toEqual(newEpisode(2));
  });

  it('asks for the baseline of its own rule and region', () => {
    const asked: string[] = [];
    const evaluation: Evaluation = {
      ...{ asOf: TODAY, findings: [found({ regionCode: '152201' })], unknown: new Set<string>() },
      ...{
        covers: () => true,
        coversPerson: () => true,
        persons: new Set<number>(),
        ruleIds: new Set(['medical-burden']),
      },
      ...{ registryRevision: 1 },
    };
    const isBaseline = (rule: string, region: string): boolean => asked.push(`${rule} ${region}`) > 0;
    decideWarnings(evaluation, [], { isBaseline, closedAt: () => null });
    expect(asked).toEqual(['medical-burden 152201']);
  });

  it('is a duty by its direction, and of a person by its subject', () => {
    const duty = found({ direction: 'duty', personNo: 3 });
    expect(when({ findings: [duty] }).opened).toEqual([{ kind: 'duty', subject: 'p:3', episode: 1, baseline: false }]);
  });

  it('of other rules and subjects stand apart', () => {
    const held = [standing()];
    const findings = [found({ ruleId: 'lead' }), found({ householdNo: 8 }), found({ personNo: 7 })];
    expect(when({ held, findings, households: [7, 8] }).opened).toHaveLength(3);
  });
});

describe('a finding of an open warning', () => {
  it.each(['open', 'snoozed'] as const)('with the same values changes nothing (%s)', (status) => {
    expect(when({ held: [standing({ status })], findings: [found()] })).toEqual({ ...nothing, evaluated: ['w-1'] });
  });

  it.each(['open', 'snoozed'] as const)('with other values is a new observation on it (%s)', (status) => {
    expect(when({ held: [standing({ status })], findings: [found({ signature: 'other' })] })).toEqual({
      ...nothing,
      observed: [{ warningId: 'w-1', level: 'orange', reopened: false }],
      evaluated: ['w-1'],
    });
  });

  it.each<[Level, Level, Level]>([
    ['orange', 'red', 'red'],
    ['orange', 'orange', 'orange'],
    ['orange', 'yellow', 'orange'],
    ['red', 'blue', 'red'],
    ['blue', 'yellow', 'yellow'],
  ])('of level %s, found as %s, is %s: raised, never lowered', (level, foundLevel, result) => {
    const { observed } = when({
      held: [standing({ level })],
      findings: [found({ level: foundLevel, signature: 'other' })],
    });
    expect(observed).toEqual([{ warningId: 'w-1', level: result, reopened: false }]);
    expect(higher(level, foundLevel)).toBe(result);
  });

  it('that is cleared reopens it, also with the same values', () => {
    expect(when({ held: [standing({ status: 'cleared' })], findings: [found()] })).toEqual({
      ...nothing,
      observed: [{ warningId: 'w-1', level: 'orange', reopened: true }],
      evaluated: ['w-1'],
    });
  });
});

describe('a condition that is false now', () => {
  it.each([
    ['open', { cleared: ['w-1'] }],
    ['snoozed', { cleared: ['w-1'] }],
    // It has said so already.
    ['cleared', {}],
    ['closed', { ended: ['w-1'] }],
  ] as const)('of a warning that is %s', (status, change) => {
    const held = [status === 'closed' ? closed() : standing({ status })];
    expect(when({ held })).toEqual({ ...nothing, ...change, evaluated: ['w-1'] });
  });

  it('ends a closed episode once', () => {
    expect(when({ held: [closed({ falseSinceClosed: true })] })).toEqual({ ...nothing, evaluated: ['w-1'] });
  });

  it('closes a duty, which nobody needs to close', () => {
    expect(when({ held: [standing({ kind: 'duty' })] }).cleared).toEqual(['w-1']);
  });
});

describe('only what was looked at is false', () => {
  it('not what is not known: it neither raises nor clears nor ends', () => {
    const unknown = [subjectKey('medical-burden', 'h:7')];
    for (const held of [standing(), standing({ status: 'snoozed' }), standing({ status: 'cleared' }), closed()]) {
      expect(when({ held: [held], unknown })).toEqual({ ...nothing, evaluated: ['w-1'] });
    }
    expect(when({ unknown })).toEqual({ ...nothing, evaluated: [] });
  });

  it('not a household or a person that was left out', () => {
    expect(when({ held: [standing()], households: [8] })).toEqual({ ...nothing, evaluated: [] });
    const person = standing({ personNo: 3 });
    expect(when({ held: [person], households: [7] })).toEqual({ ...nothing, evaluated: [] });
    // Looked at in another household that the person lives in now.
    expect(when({ held: [person], households: [9], persons: [3] }).cleared).toEqual(['w-1']);
  });

  it('not a rule that was not in force', () => {
    expect(when({ held: [standing()], rules: ['lead'] })).toEqual({ ...nothing, evaluated: [] });
  });
});

describe('an evaluation for a day before the last one', () => {
  it.each([
    standing(),
    standing({ status: 'cleared' }),
    closed({ falseSinceClosed: true, lastEvaluatedOn: day('2026-09-29') }),
  ])('changes nothing on a warning ($status)', (held) => {
    const asOf = day('2026-09-28');
    const change = { ...nothing, evaluated: [] };
    expect(when({ held: [held], asOf })).toEqual(change);
    expect(when({ held: [held], asOf, findings: [found({ level: 'red', signature: 'other' })] })).toEqual(change);
  });

  it('of the same day does', () => {
    expect(when({ held: [standing()], asOf: day('2026-09-29') }).cleared).toEqual(['w-1']);
  });
});

describe('somebody in no registry', () => {
  const stranger = (more: Partial<Finding> = {}): Finding => found({ householdNo: 0, unregistered: 'abc', ...more });
  const held = standing({ householdNo: 0, subject: 'u:abc', caseId: null });

  it('is told from others by a hash', () => {
    const opened = when({ findings: [stranger(), stranger({ unregistered: 'abd' })] }).opened;
    expect(opened.map(({ subject }) => subject)).toEqual(['u:abc', 'u:abd']);
    expect(when({ findings: [stranger()], held: [held] }).opened).toEqual([]);
  });

  it('is clear only where people in no registry were looked at', () => {
    expect(when({ held: [held], households: [0, 7] }).cleared).toEqual([]);
    expect(when({ held: [held], unregistered: [] }).cleared).toEqual(['w-1']);
  });
});

describe('after closing, a new episode begins', () => {
  const again = (held: StandingWarning, more: Partial<Finding> = {}, asOf = TODAY) =>
    when({ held: [held], findings: [found({ signature: 'other', ...more })], asOf });
  const newer = { newestRecordAt: new Date(CLOSED_AT.getTime() + 1) };

  it('when the condition has been false since', () => {
    expect(again(closed({ falseSinceClosed: true, episode: 4 })).opened).toEqual(newEpisode(5));
    expect(again(closed({ falseSinceClosed: true }), {}, day('2026-06-02')).opened).toEqual(newEpisode(2));
  });

  it('when its level would be higher than at closing', () => {
    expect(again(closed(), { level: 'red' }).opened).toEqual(newEpisode(2));
    expect(again(closed(), { level: 'orange' }).opened).toEqual([]);
    expect(again(closed(), { level: 'yellow' }).opened).toEqual([]);
    // Closed at red, though its level had been raised before: the level at closing counts.
    expect(again(closed({ level: 'red', closedLevel: 'yellow' }), { level: 'orange' }).opened).toEqual(newEpisode(2));
  });

  it('when a newer record contributes and 90 days have passed', () => {
    expect(again(closed(), newer, day('2026-08-29')).opened).toEqual([]);
    expect(again(closed(), newer, day('2026-08-30')).opened).toEqual(newEpisode(2));
  });

  it('not when 90 days have passed with the records of then', () => {
    for (const newestRecordAt of [null, CLOSED_AT, new Date(CLOSED_AT.getTime() - 1)]) {
      expect(again(closed(), { newestRecordAt })).toEqual({ ...nothing, evaluated: ['w-1'] });
    }
  });

  it('at once of a later record, where closing answered the records', () => {
    const asked = { answersRecords: true } as const;
    expect(again(closed(), { ...newer, ...asked }, day('2026-06-02')).opened).toEqual(newEpisode(2));
    expect(again(closed(), { newestRecordAt: CLOSED_AT, ...asked }).opened).toEqual([]);
  });

  it('not at once', () => {
    expect(again(closed(), newer, day('2026-06-02')).opened).toEqual([]);
  });
});

describe('the identity of a warning', () => {
  const ids = { persons: new Map([[3, 'P3']]), households: new Map([[7, 'H7']]) };
  const idOf = (finding: Finding, episode = 1, given = ids): string =>
    nameEpisode(
      { kind: 'warning', subject: 'x', episode, baseline: false, finding, findingHash: finding.signature },
      given,
    ).warningId;

  it('is rule, subject and episode, the same in every run and store', () => {
    expect(idOf(found())).toBe(idOf(found({ level: 'red', signature: 'other', regionCode: '15' })));
    const elsewhere = { persons: new Map([[9, 'P3']]), households: new Map([[70, 'H7']]) };
    expect(idOf(found({ householdNo: 70 }), 1, elsewhere)).toBe(idOf(found()));
    expect(idOf(found({ personNo: 9, householdNo: 1 }), 1, elsewhere)).toBe(idOf(found({ personNo: 3 })));
  });

  it('tells each of them apart', () => {
    const all = [idOf(found()), idOf(found(), 2), idOf(found({ ruleId: 'lead' })), idOf(found({ personNo: 3 }))];
    expect(new Set(all).size).toBe(4);
    for (const id of all) expect(id).toMatch(/^w-[0-9a-f]{20}$/);
  });

  it('needs a subject that is registered', () => {
    expect(() => idOf(found({ householdNo: 8 }))).toThrow('not registered');
  });
});
