import { Button, Result } from 'antd';
import { useWords } from '../i18n/use-words.ts';

export const CrashWords = () => {
  const { t } = useWords();
  return (
    <Result
      status="error"
      title={t('problem.crashed')}
      subTitle={t('problem.crashed_says')}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('app.refresh')}
        </Button>
      }
    />
  );
};
