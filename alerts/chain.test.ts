import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCipher } from '../platform/crypto.ts';
import { type AppendedEvent, append, salted } from './append.ts';
import { type ChainEvent, commit, GENESIS, hashEvent, type StoredEvent, verifyCase, verifyLinks } from './chain.ts';
import { openPersonal, readPersonal, type SealedPersonal, sealPersonal } from './sealed-personal.ts';

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

describe('what people wrote', () => {
  const written = { staff: '张一、李二', note: '户主住院，无人照料' };
  let salts = 0;
  const saltOf = (): Buffer => {
    salts += 1;
    return Buffer.alloc(16, salts);
  };
  const stamp = { at: '2026-09-30T08:00:00+08:00', actor: 'u-1', role: 'township', clock: null };
  const chained = (): { events: AppendedEvent[]; head: Buffer } => {
    const chain = { caseId: CASE, version: 0, head: GENESIS, events: [] as AppendedEvent[] };
    const opened = {
      type: 'opened',
      track: 'need',
      warning_id: 'w-1',
      rule_id: 'r',
      rule_version: 1,
      level: 'red',
    } as const;
    append(chain, stamp, opened);
    const visited = { type: 'visited', visited_on: '2026-09-30', near_relative: false } as const;
    append(chain, stamp, visited, salted(written, saltOf));
    append(chain, stamp, { type: 'noted' }, salted({ note: '再看' }, saltOf));
    return chain;
  };

  it('enters the hash as commitments only', () => {
    const { events } = chained();
    const text = JSON.stringify(events[1]?.event);
    expect(text).not.toContain('张一');
    expect(text).not.toContain('住院');
    const { staff } = events[1]?.personal ?? {};
    if (staff === undefined) throw new Error('no staff');
    expect(events[1]?.event.what).toMatchObject({ type: 'visited', commitments: { staff: commit(staff) } });
    expect(commit(staff)).toBe(
      createHash('sha256')
        .update(Buffer.concat([staff.salt, Buffer.from('张一、李二')]))
        .digest('hex'),
    );
    // The same words twice have different commitments.
    expect(commit({ value: staff.value, salt: saltOf() })).not.toBe(commit(staff));
    expect(events[0]?.event.what).not.toHaveProperty('commitments');
  });

  it('is found when it was altered, exchanged, added or can’t be read, and may be erased', () => {
    const whole = chained();
    expect(verify(whole)).toBeNull();
    const visited = whole.events[1] as AppendedEvent;
    const { staff, note } = visited.personal;
    if (staff === undefined || note === undefined) throw new Error('nothing written');
    const withPersonal = (personal: NonNullable<StoredEvent['personal']>) =>
      verify({ ...whole, events: whole.events.with(1, { ...visited, personal } as AppendedEvent) });
    const broken = { caseId: CASE, sequence: 2, problem: 'personal' };
    expect(withPersonal({ staff: { ...staff, value: '张一、王五' }, note })).toEqual(broken);
    expect(withPersonal({ staff: { ...staff, salt: flipped(staff.salt, 3) }, note })).toEqual(broken);
    expect(withPersonal({ staff: note, note: staff })).toEqual(broken);
    expect(withPersonal({ staff, note, more: { value: '添', salt: staff.salt } })).toEqual(broken);
    expect(withPersonal({ staff: null, note })).toEqual(broken);
    expect(withPersonal({ note })).toBeNull();
    expect(withPersonal({})).toBeNull();
    // Who changes the commitment with the value is found by the hash.
    const value = { ...staff, value: '张一、王五' };
    const forged = {
      ...visited.event,
      what: { ...visited.event.what, commitments: { staff: commit(value), note: commit(note) } },
    };
    const events = whole.events.with(1, { ...visited, event: forged, personal: { staff: value, note } });
    expect(verify({ ...whole, events })).toEqual({ caseId: CASE, sequence: 2, problem: 'hash' });
  });

  it('is stored sealed, its salt too, and read only with the key', () => {
    const key = (fill: number) => createCipher({ encryption: Buffer.alloc(32, fill), lookup: Buffer.alloc(32, 9) });
    const personal = salted(written, saltOf);
    const sealed = sealPersonal(personal, key(1)) as SealedPersonal;
    expect(JSON.stringify(sealed)).not.toContain('张一');
    expect(JSON.stringify(sealed)).not.toContain(personal['staff']?.salt.toString('base64'));
    expect(openPersonal(sealed, key(1))).toEqual(personal);
    expect(readPersonal(sealed, key(1))).toEqual(written);
    expect(openPersonal(sealed, key(2))).toEqual({ staff: null, note: null });
    expect(readPersonal(sealed, key(2))).toEqual({});
    expect(sealPersonal({}, key(1))).toBeNull();
    expect(openPersonal(null, key(1))).toEqual({});
  });
});

it('what an event names of another chain has to be an event there', () => {
  const { events } = build(2);
  const [first, second] = events as [StoredEvent, StoredEvent];
  const linked = [{ relation: 'split_from', day: '2026-05-01', case_id: 'c-2', head: 'aa' }];
  const naming = { ...second, event: { ...second.event, what: { ...second.event.what, linked } } };
  const others = new Map([['c-2', ['aa', 'bb']]]);
  const check = (...named: StoredEvent[]) =>
    verifyLinks(CASE, named, (caseId, hash) => others.get(caseId)?.includes(hash) === true);
  expect(check(first, second)).toBeNull();
  expect(check(first, naming)).toBeNull();
  others.set('c-2', ['bb']);
  expect(check(first, naming)).toEqual({ caseId: CASE, sequence: 2, problem: 'linked' });
  others.delete('c-2');
  expect(check(first, naming)).toEqual({ caseId: CASE, sequence: 2, problem: 'linked' });
});
