import { Card } from 'antd';
import type { CaseDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { HouseholdLineage } from './household-lineage.tsx';
import { Revealed } from './revealed.tsx';
import { shownMoney } from './shown-value.ts';

/** The household and its members, masked, and how it came to be. */
export const HouseholdCard = ({ detail }: { detail: Pick<CaseDetail, 'case_id' | 'household' | 'lineage'> }) => {
  const { case_id: caseId, household, lineage } = detail;
  const { t, word } = useWords();
  const or = (text: string | null | undefined): string => text ?? t('app.unknown');
  return (
    <Card title={t('case.members')} size="small" data-testid="household">
      <dl className="facts">
        <div>
          <dt>{t('case.category')}</dt>
          <dd>
            {household.category === null ? or(null) : word('category', household.category)}{' '}
            {household.category_since && (
              <span className="muted">{t('case.category_since', { day: household.category_since })}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('case.area')}</dt>
          <dd>{household.area === null ? or(null) : word('area', household.area)}</dd>
        </div>
        <div>
          <dt>{t('case.benefit')}</dt>
          <dd>
            {household.monthly_benefit === null
              ? or(null)
              : t('app.yuan', { amount: shownMoney(household.monthly_benefit) })}
          </dd>
        </div>
        <div>
          <dt>{t('case.address')}</dt>
          <dd>{or(household.address)}</dd>
        </div>
        <div>
          <dt>{t('case.phone')}</dt>
          <dd>
            <Revealed caseId={caseId} personId={null} field="phone" masked={household.phone} />
          </dd>
        </div>
      </dl>
      <HouseholdLineage steps={lineage} />
      <div className="scroll-x">
        <table className="plain members">
          <thead>
            <tr>
              {(['relation', 'name', 'sex', 'age', 'id_number', 'labour', 'disability'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`case.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {household.members.map((member) => (
              <tr key={member.person_id}>
                <td>{word('relation', member.relation)}</td>
                <td>
                  <Revealed caseId={caseId} personId={member.person_id} field="name" masked={member.name} />
                </td>
                <td>{member.sex === null ? or(null) : word('sex', member.sex)}</td>
                <td>{member.age ?? or(null)}</td>
                <td>
                  <Revealed caseId={caseId} personId={member.person_id} field="id_number" masked={member.id_number} />
                </td>
                <td>
                  {member.labour_ability === null ? or(null) : word('labour', member.labour_ability)}
                  {member.student && <span className="tag">{t('case.student')}</span>}
                </td>
                <td>{member.disability ?? t('app.none')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
};
