import { Card } from 'antd';
import type { ReferralDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { shownMoney } from './shown-value.ts';

/** The department's answer: what was given, or why not. */
export const ReferralAnswer = ({ answer }: { answer: ReferralDetail['answer'] }) => {
  const { t, word } = useWords();
  if (answer === null) {
    return (
      <Card title={t('referral.answer')} size="small">
        <p className="muted">{t('referral.no_answer')}</p>
      </Card>
    );
  }
  const rows: readonly (readonly [string, string | null])[] = [
    [t('field.aid'), answer.aid],
    [t('field.amount'), answer.amount === null ? null : shownMoney(answer.amount)],
    [t('field.aid_given_on'), answer.given_on],
    [t('field.code'), answer.code === null ? null : word('not_eligible_code', answer.code)],
    [t('field.says'), answer.note],
  ];
  return (
    <Card title={t('referral.answer')} size="small" data-testid="answer">
      <dl className="facts">
        {rows
          .filter(([, value]) => value !== null)
          .map(([title, value]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </Card>
  );
};
