import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { zhCodes } from './zh-codes.ts';

/** What the server calls by a Chinese name and, where it has one, by an English one. */
interface Named {
  readonly title: string;
  readonly title_en: string | null;
}

/** The word of a code; a code that this build does not know is shown as it is rather than hidden. */
export const useWords = () => {
  const { t, i18n } = useTranslation();
  const word = useCallback(
    (group: keyof typeof zhCodes, code: string): string => {
      const key = `${group}.${code}`;
      return i18n.exists(key) ? (i18n.t as (key: string) => string)(key) : code;
    },
    [i18n],
  );
  const language = i18n.language === 'en' ? ('en' as const) : ('zh' as const);
  const called = ({ title, title_en }: Named): string => (language === 'en' ? (title_en ?? title) : title);
  return { t, word, called, language };
};
