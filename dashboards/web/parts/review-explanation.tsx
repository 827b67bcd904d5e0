import { Card } from 'antd';
import type { ReviewDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

type Explanation = Omit<NonNullable<ReviewDetail['explanation']>, 'person_id'>;

interface Props {
  readonly explanation: Explanation;
  /** Whom it speaks of, and what that means; null where there are only two. */
  readonly about: { readonly who: string; readonly says: string } | null;
}

const signed = (bits: number): string => `${bits >= 0 ? '+' : ''}${bits.toFixed(1)}`;

/** What the matcher found: one sentence, and what each field adds. Shown to who has given a verdict. */
export const ReviewExplanation = ({ explanation, about }: Props) => {
  const { t, language } = useWords();
  const isEnglish = language === 'en';
  const { fields, prior, total, second_best: second, vetoes, model } = explanation;
  return (
    <Card title={t('review.why')} size="small" data-testid="review-explanation">
      {about !== null && (
        <p>
          <strong data-testid="review-about">{about.says}</strong>
        </p>
      )}
      <p>{isEnglish ? explanation.sentence_en : explanation.sentence}</p>
      <div className="scroll-x">
        <table className="members">
          <thead>
            <tr>
              <th scope="col">{t('review.field')}</th>
              <th scope="col">
                {t('review.level')}
                {about !== null && ` (${about.who})`}
              </th>
              <th scope="col">{t('review.bits')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('review.prior')}</th>
              <td />
              <td>{signed(prior)}</td>
            </tr>
            {fields.map(({ title, title_en, level, level_en, bits }) => (
              <tr key={title_en}>
                <th scope="row">{isEnglish ? title_en : title}</th>
                <td>{(isEnglish ? level_en : level) ?? <span className="muted">{t('review.not_said')}</span>}</td>
                <td>{level !== null && signed(bits)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{t('review.total')}</th>
              <td />
              <td>{signed(total)}</td>
            </tr>
            {second !== null && (
              <tr>
                <th scope="row">{t('review.second_best')}</th>
                <td />
                <td>{signed(second)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {vetoes.length > 0 && (
        <p>
          {t('review.vetoes', {
            list: vetoes
              .map((code) => t(`review_reason.${code as 'name_differs'}`, { defaultValue: code }))
              .join(t('app.comma')),
          })}
        </p>
      )}
      <p className="muted code">{t('review.model', { hash: model.slice(0, 16) })}</p>
    </Card>
  );
};
