import type { ReviewDetail, ReviewRevealed } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

const FIELDS = ['name', 'id_number', 'birth_date', 'phone', 'address', 'region'] as const;

/** What the department says beside each candidate with the household; what differs is marked by a word, not by colour alone. */
export const ReviewColumns = ({ detail, full }: { detail: ReviewDetail; full: ReviewRevealed | null }) => {
  const { t, word } = useWords();
  const unknown = <span className="muted">{t('app.unknown')}</span>;
  return (
    <div className="scroll-x">
      <table className="members review-columns" data-testid="review-columns">
        <thead>
          <tr>
            <th scope="col">{t('review.field')}</th>
            <th scope="col">{t('review.claimed')}</th>
            {detail.candidates.map(({ person_id: id }, i) => (
              <th scope="col" key={id}>
                {t('review.candidate', { place: i + 1 })} <span className="code">{id}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FIELDS.map((field) => (
            <tr key={field}>
              <th scope="row">{t(`review_field.${field}`)}</th>
              <td>{(full?.claims ?? detail.claims)[field] ?? unknown}</td>
              {detail.candidates.map(({ person_id: id, fields }) => {
                const { value = null, compare = 'unknown' } = fields[field] ?? {};
                const shown = full?.candidates.find(({ person_id }) => person_id === id)?.fields[field] ?? value;
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
          {detail.candidates.some(({ score }) => score !== null) && (
            <tr data-testid="review-scores">
              <th scope="row">{t('review.score_row')}</th>
              <td />
              {detail.candidates.map(({ person_id: id, score }) => (
                <td key={id}>{score === null ? unknown : `${(score * 100).toFixed(1)} %`}</td>
              ))}
            </tr>
          )}
          <tr>
            <th scope="row">{t('review.household')}</th>
            <td />
            {detail.candidates.map(({ person_id: id, household_id: home, category }) => (
              <td key={id}>
                {home ?? unknown} {category !== null && <span className="tag">{word('category', category)}</span>}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('review.members')}</th>
            <td />
            {detail.candidates.map(({ person_id: id, members }) => (
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
