import type { Level } from '../../../rules/contract.ts';
import { useWords } from '../i18n/use-words.ts';

/** Level by colour and by word: colour alone is nothing to many readers. */
export const LevelChip = ({ level }: { level: Level }) => {
  const { word } = useWords();
  return <span className={`level level-${level}`}>{word('level', level)}</span>;
};
