import type { Problem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import type { zh } from '../i18n/zh.ts';

/** One sentence of what went wrong and what to do: the server's own in Chinese, else ours. */
export const useProblemWords = () => {
  const { t, language, word } = useWords();
  return (problem: Problem): string => {
    if (typeof problem.refusal === 'string') return word('refusal', problem.refusal);
    const own = t(`problem.${problem.error as keyof typeof zh.problem}`, { defaultValue: '' });
    const answered = typeof problem.message === 'string' ? problem.message : '';
    return (language === 'zh' ? answered || own : own || answered) || t('problem.internal');
  };
};
