import type { CaseDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ClockSays } from './clock-says.tsx';
import { dayOf } from './dates.ts';
import { LevelChip } from './level-chip.tsx';

/** Who and where, how urgent, how far: the first line of a case. */
export const CaseHead = ({ detail }: { detail: CaseDetail }) => {
  const { t, word } = useWords();
  const { household } = detail;
  return (
    <div className="case-head" data-testid="case-head" data-state={detail.state} data-version={detail.version}>
      <h1>
        <LevelChip level={detail.level} /> {household.head ?? t('app.unknown')}
        <span className="tag strong" data-testid="case-state">
          {word('case_state', detail.state)}
        </span>
        <span className="tag">{word('track', detail.track)}</span>
        <ClockSays clock={detail.clock} />
      </h1>
      <p className="muted">
        {detail.region_name ?? detail.region_code} · {t('case.household')}{' '}
        <span className="code">{household.household_id}</span> · {t('case.case_id')}{' '}
        <span className="code">{detail.case_id}</span> · {t('cases.opened')} {dayOf(detail.opened_at)}
        {detail.township && ` · ${t('case.township')} ${detail.township.name ?? detail.township.region_code}`}
      </p>
      <p>
        {detail.verification && (
          <span className="tag">
            {t('case.outcome')}：{word('outcome', detail.verification)}
          </span>
        )}
        {detail.dispositions.length > 0 && (
          <span className="tag">
            {t('case.dispositions')}：{detail.dispositions.map((code) => word('disposition', code)).join('、')}
          </span>
        )}
        {detail.visit_owed && <span className="tag warn">{t('case.visit_owed')}</span>}
        {detail.notice_given && <span className="tag">{t('case.notice_given')}</span>}
      </p>
    </div>
  );
};
