import { Link } from 'react-router';
import type { CaseDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

/** Where the household came from and where members of it went, with the other household's chain where the reader may open it. */
export const HouseholdLineage = ({ steps }: { steps: CaseDetail['lineage'] }) => {
  const { t } = useWords();
  if (steps.length === 0) return null;
  return (
    <ul className="rows" data-testid="lineage">
      {steps.map(({ relation, day, members, household_id, case_id }) => (
        <li key={`${day} ${relation} ${household_id ?? case_id ?? members}`} data-relation={relation}>
          <span>
            {t(`case.lineage_${relation}`, {
              ...{ day, members },
              household: household_id ?? t('case.lineage_elsewhere'),
            })}
          </span>
          {case_id !== null && <Link to={`/cases/${case_id}`}>{t('case.lineage_chain')}</Link>}
        </li>
      ))}
    </ul>
  );
};
