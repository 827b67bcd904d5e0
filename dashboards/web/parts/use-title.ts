import { useEffect } from 'react';
import { useWords } from '../i18n/use-words.ts';

/** The document's title, read out by screen readers when a page opens. */
export const useTitle = (title: string): void => {
  const { t } = useWords();
  const name = t('app.name');
  useEffect(() => {
    document.title = `${title} - ${name}`;
  }, [title, name]);
};
