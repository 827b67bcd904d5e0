import type { QuarantineItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

const LOUD: readonly QuarantineItem['state'][] = ['waiting', 'rejected_again'];

/** What a refused row is now. */
export const QuarantineTag = ({ state }: { state: QuarantineItem['state'] }) => {
  const { word } = useWords();
  return <span className={LOUD.includes(state) ? 'tag warn' : 'tag'}>{word('quarantine_state', state)}</span>;
};
