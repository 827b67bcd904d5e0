import type { CaseChart } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { shownMoney } from './shown-value.ts';
import { SPENDING } from './spending-option.ts';

/** The chart as a table, for who can't see it or wants the numbers. */
export const SpendingTable = ({ chart }: { chart: CaseChart }) => {
  const { t } = useWords();
  const money = (amount: string | null) => (amount === null ? <i>{t('chart.unknown')}</i> : shownMoney(amount));
  return (
    <div className="scroll-x">
      <p className="muted">{t('chart.unit')}</p>
      <table className="plain numbers">
        <caption className="hidden">{t('chart.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('chart.month')}</th>
            {[...SPENDING, 'income' as const, 'rigid_12m' as const].map((column) => (
              <th key={column} scope="col">
                {t(`chart.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.months.map((month) => (
            <tr key={month.month}>
              <th scope="row">{month.month}</th>
              {SPENDING.map((kind) => (
                <td key={kind}>{money(month[kind])}</td>
              ))}
              <td>{money(month.income)}</td>
              <td>{money(month.rigid_12m)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
