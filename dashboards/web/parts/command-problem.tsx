import { Alert } from 'antd';
import { Link } from 'react-router';
import type { Refused } from '../acts/use-command.ts';
import type { ChainStep } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from './dates.ts';
import { useProblemWords } from './use-problem-words.ts';

/** Why the command was not done: above the form, which keeps what was typed. `news` is what others did meanwhile. */
export const CommandProblem = ({ refused, news }: { refused: Refused; news: readonly ChainStep[] }) => {
  const { t, word } = useWords();
  const say = useProblemWords();
  const stale = refused.error === 'stale_version';
  return (
    <Alert
      type={stale || refused.error === 'lost_connection' ? 'warning' : 'error'}
      showIcon
      role="alert"
      className="command-problem"
      data-testid="command-problem"
      data-error={refused.error}
      title={
        <>
          <b>{stale ? t('problem.stale_version') : say(refused)}</b>
          {stale && news.length > 0 && (
            <>
              <p>{t('problem.stale_says')}</p>
              <ul>
                {news.map((step) => (
                  <li key={step.sequence}>
                    {minuteOf(step.at)} {step.actor}（{word('role', step.role)}）：{step.says}
                  </li>
                ))}
              </ul>
            </>
          )}
          {refused.problems && (
            <ul>
              {refused.problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          )}
          {typeof refused.referral_id === 'string' && (
            <p>
              <Link to={`/referrals/${refused.referral_id}`}>{t('problem.open_referral')}</Link>
            </p>
          )}
        </>
      }
    />
  );
};
