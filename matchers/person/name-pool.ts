import { type NameForm, NO_NAME, nameForm } from '../names/name-form.ts';
import { isShortHan } from '../names/name-level.ts';
import { createTally } from './tally.ts';

/**
 * The names of all registered persons, each once, with how many bear it: agreeing on a rare name says much, on a common one
 * little. Frequencies are those of the registry, not of what a department happens to send. A province of three million
 * has a million different names: they lie in typed arrays, about 50 bytes a name, and become objects when they are asked for.
 */
export interface NamePool {
  /** Number of a name, making it known; counts one bearer. 0 for no name. */
  add(name: string): number;
  /** One bearer less. */
  drop(id: number): void;
  form(id: number): NameForm;
  /** Of a name: hash of its syllables, number of the first of them, key of its skeleton; 0 for none. */
  sound(id: number): number;
  first(id: number): number;
  skeletonKey(id: number): number;
  /** `isShortHan` of a name. */
  isShortHan(id: number): boolean;
  /** How many registered persons bear exactly this name, sound like it, or have its skeleton. */
  bearers(form: NameForm): number;
  sounding(form: NameForm): number;
  ofSkeleton(form: NameForm): number;
  readonly size: number;
}

const LEAST_SKELETON = 2;

const fnv = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
};

/** A skeleton as a key of blocks; 0 for one too short to say anything. */
export const keyOfSkeleton = (skeleton: string): number => (skeleton.length < LEAST_SKELETON ? 0 : fnv(skeleton) || 1);

/** Hot names stay objects: as many as fit here by the end of their number. */
const HOT = 4096;
const MONGOLIAN = 4;
const SHORT_HAN = 8;
const SURNAME = 3;

/** A name is a record of 32 bytes: hash of its syllables (64 bits), six numbers of 32 bits of which four are used, four bytes. */
const BYTES = 32;
const [START, FIRST, SKELETON, BEARING] = [2, 3, 4, 5];
const [LENGTH, GIVEN, KIND] = [24, 25, 26];

export const createNamePool = (): NamePool => {
  let capacity = 1024;
  let size = 1;
  /** UTF-16 units of all names, one behind the other. */
  let units = new Uint16Array(capacity * 4);
  let used = 0;
  let sounds = new Float64Array(capacity * (BYTES / 8));
  let words = new Uint32Array(sounds.buffer);
  let bytes = new Uint8Array(sounds.buffer);
  /** Numbers by hash of the name. */
  let slots = new Uint32Array(capacity * 2);
  const bySound = createTally();
  const skeletonIds = new Map<string, number>([['', 0]]);
  const skeletonTexts = [''];
  const skeletonKeys = [0];
  const bearingSkeleton = [0];
  const hotIds = new Uint32Array(HOT);
  const hotForms: NameForm[] = new Array(HOT).fill(NO_NAME);

  const soundOf = (id: number): number => sounds[id * (BYTES / 8)] as number;
  /** One of a name's numbers of 32 bits. */
  const word = (id: number, which: number): number => words[id * (BYTES / 4) + which] as number;
  const byte = (id: number, which: number): number => bytes[id * BYTES + which] as number;
  const grow = (): void => {
    capacity *= 2;
    const wider = new Float64Array(sounds.length * 2);
    wider.set(sounds);
    sounds = wider;
    words = new Uint32Array(sounds.buffer);
    bytes = new Uint8Array(sounds.buffer);
    slots = new Uint32Array(capacity * 2);
    for (let id = 1; id < size; id += 1) slots[freeSlot(fnv(plainOf(id)))] = id;
  };
  const freeSlot = (hash: number): number => {
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const plainOf = (id: number): string => {
    const start = word(id, START);
    const end = start + byte(id, LENGTH);
    let plain = '';
    for (let i = start; i < end; i += 1) plain += String.fromCharCode(units[i] as number);
    return plain;
  };
  const isPlain = (id: number, plain: string): boolean => {
    if (byte(id, LENGTH) !== plain.length) return false;
    const start = word(id, START);
    for (let i = 0; i < plain.length; i += 1) if (units[start + i] !== plain.charCodeAt(i)) return false;
    return true;
  };
  const kindOf = (form: NameForm): number =>
    form.surname | (form.kind === 'mongolian' ? MONGOLIAN : 0) | (isShortHan(form) ? SHORT_HAN : 0);
  /** Calls `visit` with every name that is spelt so; they differ in their parts only. Ends where it returns true. */
  const spelt = (plain: string, visit: (id: number) => boolean): void => {
    const mask = slots.length - 1;
    for (let slot = fnv(plain) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = slots[slot] as number;
      if (isPlain(id, plain) && visit(id)) return;
    }
  };
  const skeletonIdOf = (skeleton: string): number => {
    const known = skeletonIds.get(skeleton);
    if (known !== undefined) return known;
    const id = skeletonTexts.length;
    skeletonIds.set(skeleton, id);
    skeletonTexts.push(skeleton);
    skeletonKeys.push(keyOfSkeleton(skeleton));
    bearingSkeleton.push(0);
    return id;
  };
  const learn = (form: NameForm): number => {
    if (size === capacity) grow();
    if (used + form.plain.length > units.length) {
      const wider = new Uint16Array(units.length * 2);
      wider.set(units);
      units = wider;
    }
    const id = size;
    size += 1;
    sounds[id * (BYTES / 8)] = form.sound;
    const record = [used, form.first, skeletonIdOf(form.skeleton), 0];
    for (let i = 0; i < record.length; i += 1) words[id * (BYTES / 4) + START + i] = record[i] as number;
    bytes[id * BYTES + LENGTH] = form.plain.length;
    bytes[id * BYTES + GIVEN] = form.given.length;
    bytes[id * BYTES + KIND] = kindOf(form);
    for (let i = 0; i < form.plain.length; i += 1) units[used + i] = form.plain.charCodeAt(i);
    used += form.plain.length;
    slots[freeSlot(fnv(form.plain))] = id;
    return id;
  };
  const tally = (id: number, by: number): void => {
    if (id === 0) return;
    words[id * (BYTES / 4) + BEARING] = word(id, BEARING) + by;
    bySound.add(soundOf(id), by);
    const skeleton = word(id, SKELETON);
    bearingSkeleton[skeleton] = (bearingSkeleton[skeleton] as number) + by;
  };

  return {
    add(name) {
      const form = nameForm(name);
      if (form.plain === '') return 0;
      const kind = kindOf(form);
      let id = 0;
      spelt(form.plain, (known) => {
        if (byte(known, KIND) !== kind || byte(known, GIVEN) !== form.given.length) return false;
        id = known;
        return true;
      });
      if (id === 0) id = learn(form);
      tally(id, 1);
      return id;
    },
    drop: (id) => tally(id, -1),
    form(id) {
      if (id === 0) return NO_NAME;
      const hot = id & (HOT - 1);
      if (hotIds[hot] === id) return hotForms[hot] as NameForm;
      const plain = plainOf(id);
      const kind = byte(id, KIND);
      const given = byte(id, GIVEN);
      const form: NameForm = {
        plain,
        kind: (kind & MONGOLIAN) === 0 ? 'han' : 'mongolian',
        sound: soundOf(id),
        first: word(id, FIRST),
        skeleton: skeletonTexts[word(id, SKELETON)] as string,
        surname: kind & SURNAME,
        given: given === 0 ? '' : plain.slice(plain.length - given),
      };
      hotIds[hot] = id;
      hotForms[hot] = form;
      return form;
    },
    sound: soundOf,
    first: (id) => word(id, FIRST),
    skeletonKey: (id) => skeletonKeys[word(id, SKELETON)] as number,
    isShortHan: (id) => (byte(id, KIND) & SHORT_HAN) !== 0,
    bearers({ plain }) {
      let count = 0;
      spelt(plain, (id) => {
        count += word(id, BEARING);
        return false;
      });
      return count;
    },
    sounding: ({ sound }) => (sound === 0 ? 0 : bySound.of(sound)),
    ofSkeleton: ({ skeleton }) => (skeleton === '' ? 0 : (bearingSkeleton[skeletonIds.get(skeleton) ?? 0] as number)),
    get size() {
      return size - 1;
    },
  };
};
