import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainEvent, GENESIS, hashEvent, type StoredEvent, verifyCase } from './chain.ts';

const CASE = 'c-1';

/** A case of some steps on a foundation. */
const build = (steps: number, foundation: Buffer = GENESIS): { events: StoredEvent[]; head: Buffer } => {
  const events: StoredEvent[] = [];
  let head = foundation;
  for (let i = 1; i <= steps; i += 1) {
    const event: ChainEvent = {
      ...{ case_id: CASE, sequence: i, at: '2026-09-30T08:00:00+08:00', actor: 'system', role: 'system' },
      what: { type: i === 1 ? 'opened' : 'warning_joined', level: 'red', 姓: '承诺', list: [1, { b: null, a: true }] },
      ...{ why: i === 2 ? '核实' : null, clock: { used_days: i, allowed_days: 20 } },
      previous: head.toString('hex'),
    };
    const hash = hashEvent(event);
    events.push({ event, previousHash: head, hash });
    head = hash;
  }
  return { events, head };
};

const genesis = new Set([GENESIS.toString('hex')]);
const verify = ({ events, head }: { events: StoredEvent[]; head: Buffer }) => verifyCase(CASE, events, head, genesis);
const flipped = (bytes: Buffer, at: number): Buffer => {
  const other = Buffer.from(bytes);
  other[at] = (other[at] as number) ^ 1;
  return other;
};

describe('a hash', () => {
  it('does not depend on the order of keys, and on everything else', () => {
    const { events } = build(1);
    const { event } = events[0] as StoredEvent;
    const reversed = Object.fromEntries(Object.entries(event).reverse()) as unknown as ChainEvent;
    expect(hashEvent(reversed)).toEqual(hashEvent(event));
    expect(hashEvent(JSON.parse(JSON.stringify(event)) as ChainEvent)).toEqual(hashEvent(event));
    expect(hashEvent({ ...event, why: '' })).not.toEqual(hashEvent(event));
  });

  it('is SHA-256 over RFC 8785', () => {
    const event = { b: 1, a: 'é', c: [null, false] } as unknown as ChainEvent;
    expect(hashEvent(event)).toEqual(createHash('sha256').update('{"a":"é","b":1,"c":[null,false]}', 'utf8').digest());
  });
});

describe('a case', () => {
  it.each([1, 2, 5])('of %i events is whole', (steps) => expect(verify(build(steps))).toBeNull());

  it('stands on genesis or on any event of the case before it', () => {
    const before = build(3);
    const foundations = new Set(before.events.map(({ hash }) => hash.toString('hex')));
    for (const { hash } of before.events) {
      const next = build(2, hash);
      expect(verifyCase(CASE, next.events, next.head, foundations)).toBeNull();
      expect(verify(next)).toEqual({ caseId: CASE, sequence: 1, problem: 'foundation' });
    }
  });

  it('without events is broken', () => {
    expect(verify({ events: [], head: GENESIS })).toEqual({ caseId: CASE, sequence: 0, problem: 'head' });
  });
});

describe('whatever is changed is found', () => {
  it('in any character of any event', () => {
    const whole = build(3);
    let tried = 0;
    for (const [i, stored] of whole.events.entries()) {
      const text = JSON.stringify(stored.event);
      for (let at = 0; at < text.length; at += 1) {
        for (const letter of ['0', 'x', '"', ' ']) {
          if (text[at] === letter) continue;
          const changed = text.slice(0, at) + letter + text.slice(at + 1);
          let event: ChainEvent;
          try {
            event = JSON.parse(changed) as ChainEvent;
          } catch {
            continue;
          }
          tried += 1;
          const events = whole.events.with(i, { ...stored, event });
          expect(verifyCase(CASE, events, whole.head, genesis), changed).toMatchObject({ sequence: i + 1 });
        }
      }
    }
    expect(tried).toBeGreaterThan(500);
  });

  it('in any byte of any hash', () => {
    const whole = build(3);
    for (let at = 0; at < 32; at += 1) {
      expect(verify({ ...whole, head: flipped(whole.head, at) })).toMatchObject({ problem: 'head' });
      for (const [i, stored] of whole.events.entries()) {
        const hash = whole.events.with(i, { ...stored, hash: flipped(stored.hash, at) });
        expect(verify({ ...whole, events: hash })).toMatchObject({ sequence: i + 1, problem: 'hash' });
        const previous = whole.events.with(i, { ...stored, previousHash: flipped(stored.previousHash, at) });
        expect(verify({ ...whole, events: previous })).toMatchObject({ sequence: i + 1 });
      }
    }
  });

  it('by taking an event out, putting one in, or changing their order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.nat(), fc.nat(), (steps, a, b) => {
        const whole = build(steps);
        const [i, j] = [a % steps, b % steps];
        const { events } = whole;
        expect(verify({ ...whole, events: events.toSpliced(i, 1) })).not.toBeNull();
        expect(verify({ ...whole, events: events.toSpliced(i, 0, events[j] as StoredEvent) })).not.toBeNull();
        if (i === j) return;
        const swapped = events.with(i, events[j] as StoredEvent).with(j, events[i] as StoredEvent);
        expect(verify({ ...whole, events: swapped })).not.toBeNull();
      }),
    );
  });

  it('by writing an event and its hash anew', () => {
    const whole = build(3);
    const stored = whole.events[1] as StoredEvent;
    const event = { ...stored.event, why: '改' };
    const events = whole.events.with(1, { ...stored, event, hash: hashEvent(event) });
    expect(verify({ ...whole, events })).toEqual({ caseId: CASE, sequence: 3, problem: 'previous' });
  });

  it('by cutting the end off, also when an earlier case is put there', () => {
    const whole = build(3);
    expect(verify({ ...whole, events: whole.events.slice(0, 2) })).toEqual({
      caseId: CASE,
      sequence: 2,
      problem: 'head',
    });
    expect(verifyCase('c-2', whole.events, whole.head, genesis)).toEqual({
      caseId: 'c-2',
      sequence: 1,
      problem: 'sequence',
    });
  });
});
