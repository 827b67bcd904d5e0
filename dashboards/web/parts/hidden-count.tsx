import { useWords } from '../i18n/use-words.ts';

/** A count; under 5 it is hidden from who sees counts only. */
export const HiddenCount = ({ count }: { count: number | null }) => {
  const { t } = useWords();
  return count === null ? <span className="muted">{t('app.fewer')}</span> : count.toLocaleString('zh-CN');
};
