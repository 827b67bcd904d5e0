// How the public tables are compared and blocked: one description for each schema, as a user would write it from the
// column names. No threshold and no weight stands here: those are learned, or the same for all tables.
import {
  compareTexts,
  deriveColumn,
  exactRarity,
  internColumn,
  jaroWinkler,
  keyOf,
  osaDistance,
} from '../../dist/matchers/linkage/index.js';

/** A text column by Jaro-Winkler similarity; agreement on a rare value counts more. */
const byJaroWinkler = (name, column, least = [0.92, 0.8]) => ({
  name,
  levels: ['equal', ...least.map((at) => `Jaro-Winkler ${at}`), 'different'],
  compare: compareTexts(column, (a, b) => {
    const similarity = jaroWinkler(a, b);
    const at = least.findIndex((limit) => similarity >= limit);
    return at < 0 ? least.length + 1 : at + 1;
  }),
  rarity: exactRarity(column),
});

/** A code or number by single typing errors. */
const byTyping = (name, column, most = 2) => ({
  name,
  levels: ['equal', ...Array.from({ length: most }, (_, i) => `${i + 1} typed wrongly`), 'different'],
  compare: compareTexts(column, (a, b) => osaDistance(a, b, most)),
  rarity: exactRarity(column),
});

const equalOrNot = (name, column) => ({
  name,
  levels: ['equal', 'different'],
  compare: compareTexts(column, () => 1),
  rarity: exactRarity(column),
});

/** A name that may stand in the other name's column. */
const byName = (name, column, other) => {
  const own = compareTexts(column, (a, b) => {
    const similarity = jaroWinkler(a, b);
    return similarity >= 0.92 ? 1 : similarity >= 0.8 ? 2 : 4;
  });
  const { ids, texts } = column;
  const where = new Map(texts.map((text, id) => [text, id]));
  // What stands in the other column, as numbers of this one; -2 agrees with nothing.
  const numberHere = Int32Array.from(other.texts, (text) => where.get(text) ?? -2);
  const crossing = other.ids.map((id) => (id < 0 ? -2 : numberHere[id]));
  const crossed = (a, b) => ids[a] === crossing[b] || ids[b] === crossing[a];
  return {
    name,
    levels: ['equal', 'Jaro-Winkler 0.92', 'Jaro-Winkler 0.8', 'in the other column', 'different'],
    compare: (a, b) => {
      const level = own(a, b);
      return level === 4 && crossed(a, b) ? 3 : level;
    },
    rarity: exactRarity(column),
  };
};

/** Soundex: English names that sound alike. */
const soundex = (text) => {
  const codes = {
    b: 1,
    f: 1,
    p: 1,
    v: 1,
    c: 2,
    g: 2,
    j: 2,
    k: 2,
    q: 2,
    s: 2,
    x: 2,
    z: 2,
    d: 3,
    t: 3,
    l: 4,
    m: 5,
    n: 5,
    r: 6,
  };
  const letters = text.toLowerCase().replace(/[^a-z]/g, '');
  if (letters === '') return null;
  let out = letters[0];
  let last = codes[letters[0]] ?? 0;
  for (const letter of letters.slice(1)) {
    const code = codes[letter] ?? 0;
    if (code !== 0 && code !== last) out += code;
    if (letter !== 'h' && letter !== 'w') last = code;
    if (out.length === 4) break;
  }
  return out;
};
const firstLetters = (n) => (text) => text.slice(0, n);

const rule = (name, fixes, ...columns) => ({ name, fixes, keys: keyOf(...columns) });

/** Below this every pair is looked at: blocking would only lose matches. */
const ALL_PAIRS = 1_000_000;
const everything = (rows) =>
  (rows * (rows - 1)) / 2 <= ALL_PAIRS ? [{ name: 'all pairs', fixes: [], keys: new Int32Array(rows) }] : [];

const febrl = ({ columns }) => {
  const of = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, internColumn(values)]));
  const given = deriveColumn(of.given_name, soundex);
  const family = deriveColumn(of.surname, soundex);
  return {
    comparisons: [
      byName('given_name', of.given_name, of.surname),
      byName('surname', of.surname, of.given_name),
      byTyping('date_of_birth', of.date_of_birth),
      byTyping('soc_sec_id', of.soc_sec_id),
      byTyping('street_number', of.street_number, 1),
      byJaroWinkler('address_1', of.address_1, [0.92, 0.8]),
      byJaroWinkler('address_2', of.address_2, [0.92, 0.8]),
      byJaroWinkler('suburb', of.suburb, [0.92]),
      byTyping('postcode', of.postcode, 1),
      equalOrNot('state', of.state),
    ],
    rules: [
      rule('soc_sec_id', ['soc_sec_id'], of.soc_sec_id),
      rule('date_of_birth', ['date_of_birth'], of.date_of_birth),
      rule('names', ['given_name', 'surname'], of.given_name, of.surname),
      rule('address', ['address_1'], of.address_1),
      rule('sounds, postcode', ['given_name', 'surname', 'postcode'], family, of.postcode),
      rule('given name sounds, postcode', ['given_name', 'postcode'], given, of.postcode),
      rule('sounds, suburb', ['surname', 'suburb'], family, of.suburb),
      rule('given name sounds, suburb', ['given_name', 'suburb'], given, of.suburb),
      rule('postcode, street number', ['postcode', 'street_number'], of.postcode, of.street_number),
      rule('sounds', ['given_name', 'surname'], given, family),
    ],
  };
};

/** A date written YYYY-MM-DD, where 1 January is what is written when only the year is known. */
const byBirthDate = (name, column) => {
  const years = Int32Array.from(column.texts, (text) => Number(text.slice(0, 4)) || -1);
  const isNewYear = Uint8Array.from(column.texts, (text) => (text.endsWith('-01-01') ? 1 : 0));
  return {
    name,
    levels: ['equal', '1 January of the same year', '1 typed wrongly', '2 typed wrongly', 'same year', 'different'],
    compare: compareTexts(column, (a, b, x, y) => {
      const sameYear = years[x] === years[y];
      if (sameYear && isNewYear[x] + isNewYear[y] > 0) return 1;
      const distance = osaDistance(a, b, 2);
      return distance <= 2 ? distance + 1 : sameYear ? 4 : 5;
    }),
    rarity: exactRarity(column),
  };
};

const fake1000 = ({ columns, entities }) => {
  const of = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, internColumn(values)]));
  const mailbox = (text) => text.split('@')[0];
  return {
    comparisons: [
      byName('first_name', of.first_name, of.surname),
      byName('surname', of.surname, of.first_name),
      byBirthDate('dob', of.dob),
      byJaroWinkler('city', of.city, [0.92, 0.8]),
      {
        name: 'email',
        levels: ['equal', 'same mailbox', 'Jaro-Winkler 0.92', 'Jaro-Winkler 0.8', 'different'],
        compare: compareTexts(of.email, (a, b) => {
          if (mailbox(a) === mailbox(b)) return 1;
          const similarity = jaroWinkler(a, b);
          return similarity >= 0.92 ? 2 : similarity >= 0.8 ? 3 : 4;
        }),
        rarity: exactRarity(of.email),
      },
    ],
    rules: [
      rule('email', ['email'], of.email),
      rule('dob', ['dob'], of.dob),
      rule('names', ['first_name', 'surname'], of.first_name, of.surname),
      ...everything(entities.length),
    ],
  };
};

/** A postcode with its area and district: they lie in each other, so they are one comparison. */
const byPostcode = (name, column) => {
  const district = internColumn(column.texts.map((text) => text.split(' ')[0])).ids;
  const area = internColumn(column.texts.map((text) => /^[A-Za-z]+/.exec(text)?.[0])).ids;
  return {
    name,
    levels: ['equal', '1 typed wrongly', 'same district', 'same area', 'different'],
    compare: compareTexts(column, (a, b, x, y) => {
      if (osaDistance(a, b, 1) <= 1) return 1;
      if (district[x] === district[y]) return 2;
      return area[x] >= 0 && area[x] === area[y] ? 3 : 4;
    }),
    rarity: exactRarity(column),
  };
};

const historical50k = ({ columns }) => {
  const of = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, internColumn(values)]));
  const year = deriveColumn(of.dob, firstLetters(4));
  const district = deriveColumn(of.postcode_fake, (text) => text.split(' ')[0]);
  const area = deriveColumn(of.postcode_fake, (text) => /^[A-Za-z]+/.exec(text)?.[0] ?? null);
  const unit = deriveColumn(of.postcode_fake, (text) => text.split(' ')[1] ?? null);
  const given = deriveColumn(of.first_name, soundex);
  const family = deriveColumn(of.surname, soundex);
  const initial = deriveColumn(of.first_name, firstLetters(1));
  return {
    comparisons: [
      byName('first_name', of.first_name, of.surname),
      byName('surname', of.surname, of.first_name),
      byBirthDate('dob', of.dob),
      byPostcode('postcode_fake', of.postcode_fake),
      byJaroWinkler('birth_place', of.birth_place, [0.92, 0.8]),
      equalOrNot('gender', of.gender),
      equalOrNot('occupation', of.occupation),
    ],
    // Every pair of what is known about somebody: name, surname, birth, place of birth, postcode; the coarser the one part,
    // the finer the other.
    rules: [
      rule('postcode', ['postcode_fake'], of.postcode_fake),
      rule('sounds', ['surname', 'first_name'], family, initial),
      rule('district, surname sounds', ['postcode_fake', 'surname'], district, family),
      rule('district, initial', ['postcode_fake', 'first_name'], district, initial),
      rule('area, surname sounds', ['postcode_fake', 'surname'], area, family),
      rule('birth place, surname sounds', ['birth_place', 'surname'], of.birth_place, family),
      rule('birth place, first name sounds', ['birth_place', 'first_name'], of.birth_place, given),
      rule('birth place, year', ['birth_place', 'dob'], of.birth_place, year),
      rule('birth place, unit', ['birth_place', 'postcode_fake'], of.birth_place, unit),
      rule('year, surname sounds', ['dob', 'surname'], year, family),
      rule('dob, initial', ['dob', 'first_name'], of.dob, initial),
      rule('dob, area', ['dob', 'postcode_fake'], of.dob, area),
      rule('year, district', ['dob', 'postcode_fake'], year, district),
      rule('first name sounds, area, year', ['dob', 'postcode_fake', 'first_name'], given, area, year),
    ],
  };
};

export const schemas = { febrl3: febrl, febrl4: febrl, fake_1000: fake1000, historical_50k: historical50k };
