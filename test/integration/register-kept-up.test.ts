/** The register that a process holds, brought up to a changed registry, decides as one that is read anew. */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDirectory } from '../../app/load.ts';
import { modelFile, readModel } from '../../app/matching-model.ts';
import { createProgress } from '../../app/progress.ts';
import { createRegister, type Register } from '../../app/register.ts';
import type { ClaimedIdentity } from '../../ingest/index.ts';
import { parseIsoDay } from '../../platform/calendar.ts';
import { type Cells, household, idNumber, person, writeExchange } from '../oracle/exchange-builder.ts';
import { createDice } from '../support/dice.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { openHome } from '../support/program.ts';
import { type OpenedSystem, openSystemOf } from '../support/system.ts';

const NAMES = ['那仁', '娜仁', '王建国', '王健国', '张伟', '李强', '包·巴特尔', '巴特尔', '乌云其木格', '图雅', '托娅'];
const dice = createDice(29);
/** Somebody's first number, or the one that they are given later. */
const idOf = (i: number, later = 0): string =>
  idNumber(`19${60 + (i % 30)}0${1 + (i % 9)}1${i % 9}`, 1 + (i % 400) + later * 500);

interface One {
  name: string;
  number: string;
  household: number;
  phone: string;
  /** Month of the file in which they came to their household. */
  since: number;
}
const made = (i: number, since = 1): One => ({
  since,
  ...{ name: dice.pick(NAMES), number: dice.chance(0.1) ? '' : idOf(i), household: Math.floor(i / 3) },
  phone: dice.chance(0.5) ? '' : `154${String(20_000_000 + i * 37)}`,
});
/** What happens to somebody between two files: renamed, renumbered, the number lost, moved, another phone, or nothing. */
const changed = (one: One, i: number, month: number): One => {
  const way = dice.below(12);
  if (way === 0) return { ...one, name: dice.pick(NAMES) };
  if (way === 1) return { ...one, number: idOf(i, 1) };
  if (way === 2) return { ...one, number: '' };
  if (way === 3) return { ...one, household: dice.below(150), since: month };
  return way === 4 ? { ...one, phone: `154${String(30_000_000 + i * 41)}` } : one;
};
const homes = new Map<number, string>();
const rows = (people: readonly One[]): { persons: Cells[]; households: Cells[] } => ({
  persons: people.map((one, i) =>
    person({
      ...{ person_id: `P${i}`, household_id: `H${one.household}`, name: one.name, id_number: one.number },
      ...{
        phone: one.phone,
        member_from: `2025-0${one.since}-01`,
        birth_date: `19${60 + (i % 30)}-0${1 + (i % 9)}-1${i % 9}`,
      },
    }),
  ),
  households: [...new Set(people.map((one) => one.household))].map((no) => {
    if (!homes.has(no) || dice.chance(0.1)) homes.set(no, `模拟${1 + dice.below(5)}嘎查${1 + dice.below(40)}号`);
    return household({ household_id: `H${no}`, address: homes.get(no) ?? '' });
  }),
});

const blank: ClaimedIdentity = {
  ...{
    name: '',
    idNumber: '',
    birthDate: null,
    phone: '',
    address: '',
    disabilityCert: '',
    regionCode: '159901101001',
  },
};

let opened: OpenedSystem;
let register: Register;
beforeAll(async () => {
  opened = await openSystemOf((await openHome()).path);
  const { postgres, cipher, root } = opened.system;
  register = createRegister({ postgres, cipher, model: () => readModel(modelFile(root)) });
});
afterAll(() => opened?.close());

it('as persons are renamed, renumbered, moved and added, file by file', { timeout: 240_000 }, async () => {
  const { system } = opened;
  const { postgres, cipher, root } = system;
  const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
  let people = Array.from({ length: 300 }, (_, i) => made(i));
  let kept: object | null = null;
  const outcomes = new Set<string>();
  for (let month = 1; month <= 5; month += 1) {
    await loadDirectory(system, completeRegistry(writeExchange(rows(people))), {
      asOf: parseIsoDay(`2025-0${month}-20`) as number,
      ...{ progress: createProgress(quiet), signal: new AbortController().signal },
    });
    const view = await register.current();
    const { register: held } = await view.evidently();
    // Few have changed each time: it is the same one, brought up.
    if (kept !== null) expect(held).toBe(kept);
    kept = held;
    const anew = await createRegister({ postgres, cipher, model: () => readModel(modelFile(root)) }).current();
    expect(held.size).toBe((await anew.evidently()).register.size);
    for (let k = 0; k < 400; k += 1) {
      const i = dice.below(people.length + 20);
      const one = people[i] ?? made(i);
      const birthDate = parseIsoDay(`19${60 + (i % 30)}-0${1 + (i % 9)}-1${i % 9}`);
      const number = dice.pick([
        one.number,
        idOf(i),
        idOf(i, 1),
        `${idOf(i).slice(0, 6)}********${idOf(i).slice(14)}`,
        '',
      ]);
      const claimed: ClaimedIdentity = {
        ...{ ...blank, name: dice.chance(0.8) ? one.name : dice.pick(NAMES), idNumber: number },
        ...{ birthDate: dice.chance(0.7) ? birthDate : null, phone: dice.chance(0.5) ? one.phone : '' },
        address: dice.chance(0.5) ? (homes.get(one.household) ?? '') : '',
      };
      const decision = await view.whose(claimed, 'health', null);
      expect(decision).toEqual(await anew.whose(claimed, 'health', null));
      outcomes.add(`${decision.outcome} ${decision.reasons[0]}`);
    }
    people = [
      ...people.map((one, i) => changed(one, i, month + 1)),
      ...Array.from({ length: 5 }, (_, i) => made(people.length + i, month + 1)),
    ];
  }
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      'exact id_number_equal',
      'exact former_id_number',
      'probable evidence_enough',
      'unregistered id_number_not_registered',
    ]),
  );
});
