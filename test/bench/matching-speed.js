// How fast the matcher is with a province registered, and what memory it needs: a process of its own, so that nothing else
// is counted. Prints one JSON object.
import { parseArgs } from 'node:util';
import { createFamily } from '../../dist/app/simulate/family.js';
import { createNumbering } from '../../dist/app/simulate/numbering.js';
import { createRandom } from '../../dist/app/simulate/random.js';
import { createMatcher, createPersonRegister, nameKind } from '../../dist/matchers/index.js';
import { nameForm } from '../../dist/matchers/names/name-form.js';
import { readModelFile } from './matching-model.js';

const { values } = parseArgs({
  options: { persons: { type: 'string', default: '3000000' }, records: { type: 'string', default: '300000' } },
});
const PERSONS = Number(values.persons);
const RECORDS = Number(values.records);
const AS_OF = 20_726;
const BANNERS = 99;
const SIZES = [1, 2, 2, 3, 3, 2, 1, 4, 2, 5];
const HOUSEHOLDS = Math.ceil(PERSONS / 2.5);

const say = (line) => process.stderr.write(`${line}\n`);
let peak = 0;
const look = () => {
  peak = Math.max(peak, process.memoryUsage.rss());
};

const numbering = createNumbering(Math.ceil(HOUSEHOLDS / BANNERS));
const three = (n) => String(n).padStart(3, '0');

/** A household by its number: always the same, so nothing of it has to be kept. */
const householdOf = (index) => {
  const random = createRandom(20_261_125, index);
  const banner = Math.floor(index / Math.ceil(HOUSEHOLDS / BANNERS)) + 1;
  const [township, village] = [101 + random.below(12), 1 + random.below(18)];
  const home = {
    regionCode: `1599${String(banner).padStart(2, '0')}${township}${three(village)}`,
    address: `模拟${banner}旗模拟${township}苏木模拟${village}嘎查${random.between(1, 260)}号`,
    phone: numbering.phone(index, 6),
    headNumber: '',
    authorised: false,
  };
  const size = SIZES[random.below(SIZES.length)];
  const request = {
    household: index,
    householdId: '',
    home,
    category: 'dibao',
    size,
    asOf: AS_OF,
    since: 18_000,
    plain: true,
  };
  return { home, members: createFamily(random, numbering, request) };
};

const began = performance.now();
const register = createPersonRegister(PERSONS);
let personNo = 0;
for (let index = 0; personNo < PERSONS; index += 1) {
  const { home, members } = householdOf(index);
  for (const { name, idNumber, birthDay, phone } of members) {
    personNo += 1;
    register.put({
      ...{ personNo, householdNo: index + 1, name, idNumber, birthDay, phone, householdPhone: home.phone },
      ...{ regionCode: home.regionCode, address: home.address, diedOn: null },
    });
  }
  if (index % 100_000 === 0) look();
}
register.compact();
look();
const buildSeconds = (performance.now() - began) / 1000;
globalThis.gc?.();
say(`${register.size} persons in ${buildSeconds.toFixed(1)} s, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
const matcher = createMatcher(register, await readModelFile());

const drawn = createRandom(7, 7);
const claimOf = (i) => {
  const { home, members } = householdOf(drawn.below(HOUSEHOLDS - 1));
  const person = members[i % members.length];
  return { home, person };
};
const blank = { idNumber: '', birthDate: null, phone: '', address: '', disabilityCert: '', regionCode: '' };

/** Records with a right number, as lines of JSON. */
const exactLines = Array.from({ length: RECORDS }, (_, i) => {
  const { home, person } = claimOf(i);
  return JSON.stringify({
    ...blank,
    ...{
      name: person.name,
      idNumber: person.idNumber,
      birthDate: person.birthDay,
      regionCode: home.regionCode.slice(0, 6),
    },
    ...{ phone: person.phone, address: home.address },
  });
});

/** Records without one: masked, wrong, or none at all; one in five is about somebody who is not registered. */
const doubtful = Array.from({ length: RECORDS }, (_, i) => {
  const { home, person } = claimOf(i);
  const region = home.regionCode.slice(0, drawn.pick([6, 9, 12]));
  const said = { ...blank, name: person.name, regionCode: region };
  if (i % 5 === 0) {
    const other = claimOf(i + 1).person;
    return { ...said, name: other.name, birthDate: person.birthDay + drawn.between(-4_000, 4_000), phone: home.phone };
  }
  const { idNumber, birthDay } = person;
  const way = drawn.below(5);
  if (way === 0)
    return { ...said, idNumber: `${idNumber.slice(0, 6)}********${idNumber.slice(14)}`, birthDate: birthDay };
  if (way === 1) return { ...said, idNumber: idNumber.slice(0, 17) + (idNumber[17] === '1' ? '2' : '1') };
  if (way === 2) return { ...said, birthDate: birthDay, phone: home.phone };
  if (way === 3) return { ...said, birthDate: birthDay, address: home.address };
  // A day that only says the year, where half a county was born.
  return {
    ...said,
    birthDate: Math.round(Math.floor(birthDay / 365.2425) * 365.2425),
    phone: home.phone,
    address: home.address,
  };
});

/** Records a second of one core: of the time that this process computed, not of the time that others took it away. */
const rate = (count, work) => {
  const started = process.cpuUsage();
  work();
  look();
  const { user, system } = process.cpuUsage(started);
  return Math.round(count / ((user + system) / 1e6));
};

for (const line of exactLines.slice(0, 20_000)) matcher.decide(JSON.parse(line));
let exact = 0;
const exactPerSecond = rate(RECORDS, () => {
  for (const line of exactLines) if (matcher.decide(JSON.parse(line)).outcome === 'exact') exact += 1;
});
for (const identity of doubtful.slice(0, 20_000)) matcher.decide(identity);
const outcomes = {};
let candidates = 0;
const probablePerSecond = rate(RECORDS, () => {
  for (const identity of doubtful) {
    const { outcome, candidates: found } = matcher.decide(identity);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    candidates += found.length;
  }
});
const times = Float64Array.from(doubtful.slice(0, 100_000), (identity) => {
  const started = performance.now();
  matcher.decide(identity);
  return performance.now() - started;
}).sort();
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
const kinds = doubtful.reduce((n, { name }) => n + (nameKind(name) === 'mongolian' ? 1 : 0), 0) / RECORDS;

/** Names made ready for comparison: syllables, skeleton, kind. */
const names = doubtful.map(({ name }) => name);
let sounds = 0;
const namesPerSecond = rate(names.length, () => {
  for (const name of names) sounds += nameForm(name).sound % 2;
});

process.stdout.write(
  JSON.stringify({
    ...{ namesPerSecond, sounds },
    ...{ persons: register.size, names: register.names.size, records: RECORDS, exact, outcomes },
    ...{ shown: candidates / RECORDS, mongolianShare: kinds, buildSeconds, exactPerSecond, probablePerSecond },
    ...{ p50Milliseconds: at(0.5), p99Milliseconds: at(0.99), worstMilliseconds: at(1) },
    ...{ residentMegabytes: process.memoryUsage.rss() / 1e6, peakMegabytes: peak / 1e6 },
  }),
);
