import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../platform/calendar.ts';
import type { Finding, Level } from '../rules/index.ts';
import type { CaseState } from './case-state.ts';
import { type ChainEvent, GENESIS, hashEvent, type StoredEvent, verifyCase } from './chain.ts';
import type { Track } from './contract.ts';
import { decideCases, type HouseholdChain, type StandingCase, trackOf } from './decide-cases.ts';
import type { ObservedWarning, OpenedWarning, StandingWarning } from './decide-warnings.ts';

const AT = '2026-09-30T08:00:00+08:00';
const TODAY = parseIsoDay('2026-09-30') as number;

const finding = (more: Partial<Finding>): Finding => ({
  ...{ ruleId: 'medical-burden', ruleVersion: 1, householdNo: 7, personNo: null, regionCode: '159901101001' },
  ...{ level: 'orange', direction: 'need', service: [], parameters: {}, indicators: {}, records: [] },
  ...{ newestRecordAt: null, signature: '' },
  ...more,
});
let count = 0;
const opened = (more: Partial<Finding> = {}): OpenedWarning => {
  count += 1;
  const found = finding(more);
  const kind = found.direction === 'duty' ? 'duty' : 'warning';
  return {
    warningId: `w-${count}`,
    kind,
    subject: 'h:7',
    episode: 1,
    baseline: false,
    finding: found,
    findingHash: '',
  };
};

const chain = (more: Partial<HouseholdChain> = {}): HouseholdChain => ({
  ...{ householdId: 'H7', regionCode: '159901101001', open: new Map(), closed: new Map(), cases: 0, newest: null },
  ...more,
});

/** A case with one event, as it would stand in the store. */
const standing = (
  track: Track,
  level: Level = 'orange',
  caseId = `c-${track}`,
): { case: StandingCase; stored: StoredEvent } => {
  const event: ChainEvent = {
    ...{ case_id: caseId, sequence: 1, at: AT, actor: 'system', role: 'system', what: { type: 'opened' }, why: null },
    ...{ clock: null, previous: GENESIS.toString('hex') },
  };
  const hash = hashEvent(event);
  return {
    case: {
      ...{ caseId, householdNo: 7, head: hash, regionCode: '159901101001', handlingRegion: null },
      current: { state: 'opened', version: 1, track, level, referred: 0, referrals: [] },
    },
    stored: { event, previousHash: GENESIS, hash },
  };
};

const decide = (
  warnings: readonly OpenedWarning[],
  chains: ReadonlyMap<number, HouseholdChain> = new Map([[7, chain()]]),
  raised: readonly ObservedWarning[] = [],
) => decideCases(warnings, raised, chains, AT, TODAY);

const typesOf = (events: readonly { event: ChainEvent }[]): string[] => events.map(({ event }) => event.what.type);

describe('a new warning', () => {
  it('opens a case of its household and track', () => {
    const warning = opened();
    const { writes, caseOf, opened: n, joined } = decide([warning]);
    expect([n, joined]).toEqual([1, 0]);
    const [write] = writes;
    expect(write).toMatchObject({
      ...{
        householdNo: 7,
        householdId: 'H7',
        current: { state: 'opened', track: 'need', level: 'orange', version: 1, referred: 0, referrals: [] },
        version: 1,
        isNew: true,
        previousCaseId: null,
      },
    });
    expect(caseOf.get(warning.warningId)).toBe(write?.caseId);
    expect(write?.events[0]?.event).toMatchObject({
      ...{ sequence: 1, at: AT, actor: 'system', previous: GENESIS.toString('hex') },
      what: {
        type: 'opened',
        track: 'need',
        warning_id: warning.warningId,
        rule_id: 'medical-burden',
        level: 'orange',
      },
    });
  });

  it('joins the open case of its track, and can only raise its level', () => {
    for (const [level, found, result] of [
      ['orange', 'red', 'red'],
      ['orange', 'yellow', 'orange'],
      ['blue', 'yellow', 'yellow'],
    ] as const) {
      const held = standing('need', level);
      const chains = new Map([[7, chain({ open: new Map([['need', held.case]]), cases: 1, newest: held.case })]]);
      const { writes, opened: n, joined } = decide([opened({ level: found })], chains);
      expect([n, joined]).toEqual([0, 1]);
      expect(writes).toMatchObject([{ caseId: 'c-need', current: { level: result }, version: 2, isNew: false }]);
      expect(writes[0]?.events[0]?.event.what).toMatchObject({
        type: 'warning_joined',
        level: found,
        case_level: result,
      });
      const events = [held.stored, ...(writes[0]?.events ?? [])];
      expect(verifyCase('c-need', events, writes[0]?.head ?? GENESIS, new Set([GENESIS.toString('hex')]))).toBeNull();
    }
  });

  it('joins a case that another one has just opened', () => {
    const {
      writes,
      caseOf,
      opened: n,
      joined,
    } = decide([opened({ level: 'yellow' }), opened({ level: 'red' }), opened({ direction: 'gap' })]);
    expect([n, joined, writes.length]).toEqual([1, 2, 1]);
    expect(writes[0]).toMatchObject({ current: { level: 'red', version: 3 }, version: 3 });
    expect(typesOf(writes[0]?.events ?? [])).toEqual(['opened', 'warning_joined', 'warning_joined']);
    expect(new Set(caseOf.values()).size).toBe(1);
  });

  it('of need or gap and one of exit have a case each', () => {
    expect(['need', 'gap', 'exit'].map(trackOf)).toEqual(['need', 'need', 'exit']);
    const { writes, opened: n } = decide([
      opened({ direction: 'need' }),
      opened({ direction: 'exit' }),
      opened({ direction: 'gap' }),
    ]);
    expect([n, writes.map(({ current }) => current?.track)]).toEqual([2, ['need', 'exit']]);
  });

  it('of two households have a case each', () => {
    const chains = new Map([
      [7, chain()],
      [8, chain({ householdId: 'H8' })],
    ]);
    const { writes } = decide([opened(), opened({ householdNo: 8 })], chains);
    expect(new Set(writes.map(({ caseId }) => caseId)).size).toBe(2);
  });

  it('that is a duty is no case', () => {
    expect(decide([opened({ direction: 'duty' })])).toEqual({ writes: [], caseOf: new Map(), opened: 0, joined: 0 });
  });

  it('of a household without a chain is a broken invariant', () => {
    expect(() => decide([opened({ householdNo: 9 })])).toThrow('no chain');
  });
});

describe('the chain of a household', () => {
  const foundationOf = (write: { events: readonly { previousHash: Buffer }[] } | undefined): string | undefined =>
    write?.events[0]?.previousHash.toString('hex');

  it('goes from case to case: each stands on the head of the one before it', () => {
    const head = Buffer.alloc(32, 5);
    const chains = new Map([[7, chain({ cases: 3, newest: { caseId: 'c-old', head } })]]);
    const [write] = decide([opened()], chains).writes;
    expect([write?.previousCaseId, foundationOf(write)]).toEqual(['c-old', head.toString('hex')]);
    // Another ordinal is another case, however often this is computed.
    expect(write?.caseId).toBe(decide([opened()], chains).writes[0]?.caseId);
    expect(write?.caseId).not.toBe(decide([opened()]).writes[0]?.caseId);
  });

  it('takes the head as it stands after what has just joined', () => {
    const held = standing('need');
    const chains = new Map([[7, chain({ open: new Map([['need', held.case]]), cases: 1, newest: held.case })]]);
    const { writes } = decide([opened(), opened(), opened({ direction: 'exit' })], chains);
    const [need, exit] = writes;
    expect(need?.events).toHaveLength(2);
    expect([exit?.previousCaseId, foundationOf(exit)]).toEqual(['c-need', need?.head.toString('hex')]);
  });

  it('takes the head of a case that was opened and joined a moment ago', () => {
    const { writes } = decide([opened(), opened({ level: 'red' }), opened({ direction: 'exit' })]);
    const [need, exit] = writes;
    expect([exit?.previousCaseId, foundationOf(exit)]).toEqual([need?.caseId, need?.head.toString('hex')]);
    expect(exit?.caseId).not.toBe(need?.caseId);
    const foundations = new Set((need?.events ?? []).map(({ hash }) => hash.toString('hex')));
    expect(verifyCase(exit?.caseId ?? '', exit?.events ?? [], exit?.head ?? GENESIS, foundations)).toBeNull();
  });
});

describe('a household that came from others', () => {
  const linked = [{ relation: 'split_from', day: '2026-05-01', case_id: 'c-other', head: 'ab'.repeat(32) }] as const;
  const namedBy = (write: { events: readonly { event: ChainEvent }[] } | undefined) =>
    write?.events.map(({ event }) => event.what['linked']);

  it('names their chains in the first case that is opened, and in no other', () => {
    const chains = new Map([[7, chain({ linked })]]);
    const { writes } = decide([opened(), opened(), opened({ direction: 'exit' })], chains);
    expect(writes.map(namedBy)).toEqual([[linked, undefined], [undefined]]);
    const events = writes[0]?.events ?? [];
    const head = writes[0]?.head ?? GENESIS;
    expect(verifyCase(writes[0]?.caseId ?? '', events, head, new Set([GENESIS.toString('hex')]))).toBeNull();
  });

  it('names none in a case that stands already', () => {
    const held = standing('need');
    const open = new Map([['need' as const, held.case]]);
    const { writes } = decide([opened()], new Map([[7, chain({ open, cases: 1, newest: held.case, linked })]]));
    expect(writes.map(namedBy)).toEqual([[undefined]]);
  });
});

describe('a new warning after the last case of its track was closed', () => {
  const closedOn = (days: number, more: Partial<HouseholdChain> = {}) => {
    const held = standing('need', 'yellow');
    const { version, track, level } = held.case.current;
    const done: CaseState = {
      ...{ state: 'closed', version, track, level, referred: 2, referrals: [], township: '159901101', notices: 0 },
      ...{ visit: { visited_on: '2026-08-01', near_relative: false }, verification: 'confirmed', unreported: 0 },
      ...{ dispositions: ['enrol'], applications: [] },
    };
    const closed = { ...held.case, current: done, closedOn: TODAY - days };
    const chains = new Map([
      [7, chain({ closed: new Map([['need' as const, closed]]), cases: 1, newest: held.case, ...more })],
    ]);
    return { held, chains };
  };

  it.each([0, 1, 30])('reopens it %i days later', (days) => {
    const { held, chains } = closedOn(days);
    const warning = opened({ level: 'red' });
    const { writes, caseOf, opened: n, joined } = decide([warning], chains);
    expect([n, joined, caseOf.get(warning.warningId)]).toEqual([0, 1, 'c-need']);
    expect(writes).toMatchObject([
      { caseId: 'c-need', isNew: false, version: 2, current: { state: 'reopened', level: 'red', referred: 2 } },
    ]);
    expect(writes[0]?.events[0]?.event.what).toMatchObject({
      ...{ type: 'reopened', ground: 'new_warning', warning_id: warning.warningId, level: 'red', case_level: 'red' },
    });
    const events = [held.stored, ...(writes[0]?.events ?? [])];
    expect(verifyCase('c-need', events, writes[0]?.head ?? GENESIS, new Set([GENESIS.toString('hex')]))).toBeNull();
  });

  it('opens another one 31 days later', () => {
    const { held, chains } = closedOn(31);
    const { writes, opened: n, joined } = decide([opened()], chains);
    expect([n, joined, writes[0]?.previousCaseId]).toEqual([1, 0, 'c-need']);
    expect(writes[0]?.events[0]?.previousHash).toEqual(held.case.head);
  });

  it('and a second one are steps of the reopened case; one of another track has its own', () => {
    const { chains } = closedOn(3);
    const { writes, opened: n, joined } = decide([opened(), opened(), opened({ direction: 'exit' })], chains);
    expect([n, joined]).toEqual([1, 2]);
    expect(typesOf(writes[0]?.events ?? [])).toEqual(['reopened', 'warning_joined']);
    expect(typesOf(writes[1]?.events ?? [])).toEqual(['opened']);
  });

  it('joins the one that is open instead', () => {
    const later = standing('need', 'orange', 'c-later');
    const { chains } = closedOn(3, { open: new Map([['need', later.case]]) });
    expect(decide([opened()], chains).writes.map(({ caseId }) => caseId)).toEqual(['c-later']);
  });
});

describe('a warning that was raised', () => {
  const warning = (caseId: string | null): StandingWarning => ({
    ...{
      warningId: 'w-old',
      kind: 'warning',
      ruleId: 'medical-burden',
      subject: 'h:7',
      householdNo: 7,
      personNo: null,
    },
    ...{ episode: 1, status: 'open', level: 'orange', lastEvaluatedOn: 0, findingHash: '', closedOn: null },
    ...{ closedLevel: null, falseSinceClosed: false, caseId },
  });
  const raised = (level: Level, caseId: string | null = 'c-need', more: Partial<Finding> = {}): ObservedWarning => ({
    ...{ standing: warning(caseId), level, finding: finding({ level, ...more }), findingHash: '', reopened: false },
  });
  const held = standing('need', 'orange');
  const chains = new Map([[7, chain({ open: new Map([['need', held.case]]), cases: 1, newest: held.case })]]);

  it('raises its case', () => {
    const { writes, opened: n, joined } = decide([], chains, [raised('red')]);
    expect([n, joined]).toEqual([0, 0]);
    expect(writes).toMatchObject([{ caseId: 'c-need', current: { level: 'red' }, version: 2 }]);
    expect(writes[0]?.events[0]?.event.what).toEqual({
      ...{ type: 'warning_raised', warning_id: 'w-old', level: 'red', case_level: 'red' },
    });
  });

  it('never lowers it', () => {
    const red = standing('need', 'red');
    const high = new Map([[7, chain({ open: new Map([['need', red.case]]), cases: 1, newest: red.case })]]);
    expect(decide([], high, [raised('yellow')]).writes).toMatchObject([{ current: { level: 'red' } }]);
  });

  it('and one that joins are steps of one chain', () => {
    const { writes } = decide([opened({ level: 'yellow' })], chains, [raised('red')]);
    expect(writes).toHaveLength(1);
    const events = [held.stored, ...(writes[0]?.events ?? [])];
    expect(typesOf(events)).toEqual(['opened', 'warning_joined', 'warning_raised']);
    expect(verifyCase('c-need', events, writes[0]?.head ?? GENESIS, new Set([GENESIS.toString('hex')]))).toBeNull();
  });

  it('leaves a case alone that is not its own or no longer open', () => {
    expect(decide([], chains, [raised('red', 'c-closed')]).writes).toEqual([]);
    expect(decide([], new Map([[7, chain()]]), [raised('red')]).writes).toEqual([]);
    expect(decide([], new Map(), [raised('red')]).writes).toEqual([]);
  });
});
