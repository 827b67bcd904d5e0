import type { ReviewDetail, ReviewRevealed } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

const FIELDS = ['name', 'id_number', 'birth_date', 'phone', 'address', 'region'] as const;

interface Props {
  /** What the department says; null where registered persons stand beside one another. */
  readonly claims: ReviewDetail['claims'] | null;
  readonly candidates: ReviewDetail['candidates'];
  /** Head of each candidate's column. */
  readonly heads: readonly string[];
  /** What was shown in full. */
  readonly full: Partial<ReviewRevealed> | null;
}

/** Candidates side by side with their households; what differs is marked by a word, not by colour alone. */
export const ReviewColumns = ({ claims, candidates, heads, full }: Props) => {
  const { t, word } = useWords();
  const unknown = <span className="muted">{t('app.unknown')}</span>;
  return (
    <div className="scroll-x">
      <table className="members review-columns" data-testid="review-columns">
        <thead>
          <tr>
            <th scope="col">{t('review.field')}</th>
            {claims !== null && <th scope="col">{t('review.claimed')}</th>}
            {candidates.map(({ person_id: id }, i) => (
              <th scope="col" key={id}>
                {heads[i]} <span className="code">{id}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FIELDS.map((field) => (
            <tr key={field}>
              <th scope="row">{t(`review_field.${field}`)}</th>
              {claims !== null && <td>{(full?.claims ?? claims)[field] ?? unknown}</td>}
              {candidates.map(({ person_id: id, fields }) => {
                const { value = null, compare = 'unknown' } = fields[field] ?? {};
                const shown = full?.candidates?.find(({ person_id }) => person_id === id)?.fields[field] ?? value;
                return (
                  <td key={id} data-field={field} data-compare={compare}>
                    {shown ?? unknown}{' '}
                    {compare === 'differs' && <span className="tag warn">{t('review.differs')}</span>}
                    {compare === 'same' && <span className="tag good">{t('review.same')}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
          {candidates.some(({ score }) => score !== null) && (
            <tr data-testid="review-scores">
              <th scope="row">{t('review.score_row')}</th>
              {claims !== null && <td />}
              {candidates.map(({ person_id: id, score }) => (
                <td key={id}>{score === null ? unknown : `${(score * 100).toFixed(1)} %`}</td>
              ))}
            </tr>
          )}
          <tr>
            <th scope="row">{t('review.household')}</th>
            {claims !== null && <td />}
            {candidates.map(({ person_id: id, household_id: home, category }) => (
              <td key={id}>
                {home ?? unknown} {category !== null && <span className="tag">{word('category', category)}</span>}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('review.members')}</th>
            {claims !== null && <td />}
            {candidates.map(({ person_id: id, members }) => (
              <td key={id}>
                {members.length === 0 && <span className="muted">{t('review.alone')}</span>}
                {members.map(({ name, relation, birth_year: year }, i) => (
                  // Masked names repeat, and the list never changes its order
                  // biome-ignore lint/suspicious/noArrayIndexKey: nothing else tells them apart
                  <div key={i}>
                    {name} {word('relation', relation)} {year ?? ''}
                  </div>
                ))}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
};
