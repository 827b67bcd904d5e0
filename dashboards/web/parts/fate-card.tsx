import { Card } from 'antd';
import { Link } from 'react-router';
import type { QuarantineDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from './dates.ts';

/** Who decided about a refused row, when and why, and what came of it. */
export const FateCard = ({ fate }: { fate: NonNullable<QuarantineDetail['fate']> }) => {
  const { t, word } = useWords();
  return (
    <Card size="small" title={t('quarantine.fate')} data-testid="quarantine-fate">
      <dl className="facts">
        <div>
          <dt>{word('correction_kind', fate.kind)}</dt>
          <dd>{fate.reason}</dd>
        </div>
        <div>
          <dt>{t('quarantine.by')}</dt>
          <dd>
            {fate.by} · {word('role', fate.role)}
          </dd>
        </div>
        <div>
          <dt>{t('quarantine.made_at')}</dt>
          <dd>{minuteOf(fate.at)}</dd>
        </div>
        {fate.outcome !== null && (
          <div>
            <dt>{t('quarantine.outcome')}</dt>
            <dd>{word('correction_outcome', fate.outcome)}</dd>
          </div>
        )}
        {fate.record_id !== null && (
          <div>
            <dt>{t('quarantine.record')}</dt>
            <dd className="code">{fate.record_id}</dd>
          </div>
        )}
      </dl>
      {fate.next_no !== null && (
        <Link to={`/quarantine/${fate.next_no}`}>{t('quarantine.next', { no: fate.next_no })}</Link>
      )}
    </Card>
  );
};
