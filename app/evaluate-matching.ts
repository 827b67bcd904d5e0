/** Touches the world: decides about every record of a directory with known truth. */
import { createEvaluation, createMatcher, type Evaluation, nameKind, type PersonModel } from '../matchers/index.ts';
import type { ExchangeDirectory } from './exchange-directory.ts';
import { readPersons, readRecordsOf, readTruth } from './matching-directory.ts';

export interface MatchingReport extends Evaluation {
  readonly persons: number;
  readonly seconds: number;
}

/** Decides with the matcher alone, without engines, and counts what is right. */
export const evaluateMatching = async (
  directory: ExchangeDirectory,
  model: PersonModel,
  options: { home: string; day: number; signal: AbortSignal },
): Promise<MatchingReport> => {
  const truth = await readTruth(directory);
  const { register, numberOf, names } = await readPersons(directory, options.day);
  const matcher = createMatcher(register, model);
  const evaluation = createEvaluation();
  let busy = 0;
  for await (const records of readRecordsOf(directory, options.home, options.day)) {
    options.signal.throwIfAborted();
    const began = performance.now();
    for (const record of records) {
      const personId = truth(record);
      if (personId === undefined) continue;
      const decision = matcher.decide(record.identity, record);
      const person = personId === null ? 0 : (numberOf.get(personId) ?? 0);
      evaluation.add({
        feed: record.feed,
        // Whose name it is, not how it was written: otherwise a name spelt oddly would change its kind.
        nameKind: nameKind(person === 0 ? record.identity.name : (names[person] as string)),
        truth: person,
        withoutNumber: decision.idNumber === '' || decision.tier === 2,
        decision,
      });
    }
    busy += performance.now() - began;
  }
  return { ...evaluation.result(), persons: register.size, seconds: Math.round(busy) / 1000 };
};
