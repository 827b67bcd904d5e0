import { Alert, Button } from 'antd';
import type { Problem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { useProblemWords } from './use-problem-words.ts';

/** A page or part that could not be read: why, and the way to try again. */
export const ProblemPanel = ({ problem, retry }: { problem: unknown; retry?: () => void }) => {
  const { t } = useWords();
  const say = useProblemWords();
  const given = problem as Problem;
  const words = given.error === 'lost_connection' ? t('problem.lost_connection_read') : say(given);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={words}
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t('app.retry')}
          </Button>
        )
      }
    />
  );
};
