import { useWords } from '../i18n/use-words.ts';

/** Over every page of a store of fictional data. */
export const SyntheticStrip = () => {
  const { t } = useWords();
  return (
    <div className="synthetic" role="note" data-testid="synthetic-strip">
      {t('app.synthetic')}
    </div>
  );
};
