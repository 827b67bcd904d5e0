import { Spin } from 'antd';
import { useWords } from '../i18n/use-words.ts';

export const Loading = () => {
  const { t } = useWords();
  return (
    <div className="loading" role="status" aria-live="polite">
      <Spin /> <span>{t('app.loading')}</span>
    </div>
  );
};
