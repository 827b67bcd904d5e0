import { type NameForm, nameForm } from '../names/name-form.ts';

/**
 * The names of all registered persons, each once, with how many bear it: agreeing on a rare name says much, on a common one
 * little. Frequencies are those of the registry, not of what a department happens to send.
 */
export interface NamePool {
  /** Number of a name, making it known; counts one bearer. */
  add(name: string): number;
  /** One bearer less. */
  drop(id: number): void;
  form(id: number): NameForm;
  /** How many registered persons bear exactly this name, sound like it, or have its skeleton. */
  bearers(form: NameForm): number;
  sounding(form: NameForm): number;
  ofSkeleton(form: NameForm): number;
  readonly size: number;
}

const count = <K>(counts: Map<K, number>, key: K, by: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};

export const createNamePool = (): NamePool => {
  const known = new Map<string, number>();
  /** Forms by number. Names repeat: a province of three million has a few hundred thousand. */
  const forms: NameForm[] = [];
  const bearers = new Map<string, number>();
  const sounds = new Map<number, number>();
  const skeletons = new Map<string, number>();
  const tally = (form: NameForm, by: number): void => {
    if (form.plain === '') return;
    count(bearers, form.plain, by);
    count(sounds, form.sound, by);
    if (form.skeleton !== '') count(skeletons, form.skeleton, by);
  };
  return {
    add(name) {
      let id = known.get(name);
      if (id === undefined) {
        id = forms.length;
        known.set(name, id);
        forms.push(nameForm(name));
      }
      tally(forms[id] as NameForm, 1);
      return id;
    },
    drop(id) {
      tally(forms[id] as NameForm, -1);
    },
    form: (id) => forms[id] as NameForm,
    bearers: ({ plain }) => bearers.get(plain) ?? 0,
    sounding: ({ sound }) => sounds.get(sound) ?? 0,
    ofSkeleton: ({ skeleton }) => skeletons.get(skeleton) ?? 0,
    get size() {
      return forms.length;
    },
  };
};
