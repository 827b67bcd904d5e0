import { Card } from 'antd';
import { lazy, Suspense } from 'react';
import { Link, useParams } from 'react-router';
import { caseActs } from '../acts/case-acts.ts';
import { $api } from '../api/client.ts';
import type { LiveEvent } from '../api/live.ts';
import type { CaseDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ActsPanel } from '../parts/acts-panel.tsx';
import { CaseHead } from '../parts/case-head.tsx';
import { CaseReferrals } from '../parts/case-referrals.tsx';
import { CaseWarnings } from '../parts/case-warnings.tsx';
import { ChainTimeline } from '../parts/chain-timeline.tsx';
import { dayOf } from '../parts/dates.ts';
import { HouseholdCard } from '../parts/household-card.tsx';
import { IntactMark } from '../parts/intact-mark.tsx';
import { LiveNotice } from '../parts/live-notice.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { StageStrip } from '../parts/stage-strip.tsx';
import { useTitle } from '../parts/use-title.ts';

const SpendingCard = lazy(() => import('../parts/spending-card.tsx'));

/** Whether an event is newer than what is shown. Of a referral's step the version is the referral's. */
const isNewsOf = (shown: CaseDetail, { type, case_id: id, referral_id: referral, version }: LiveEvent): boolean => {
  if (type === 'reload') return true;
  if (id !== shown.case_id || version === null) return false;
  if (referral === null) return version > shown.version;
  return version > (shown.referrals.find(({ referral_id: known }) => known === referral)?.version ?? 0);
};

/** One case: why it was opened, how it has gone so far, and what the reader may do about it now. */
const Case = () => {
  const { t, word } = useWords();
  const { caseId = '' } = useParams();
  useTitle(t('case.title', { id: caseId }));
  const found = $api.useQuery('get', '/api/cases/{case_id}', { params: { path: { case_id: caseId } } });
  if (found.isPending) return <Loading />;
  // What was read before stays when reading it again fails: a form may stand on it
  if (found.data === undefined) return <ProblemPanel problem={found.error} retry={() => void found.refetch()} />;
  const detail = found.data;
  const [proposed] = detail.proposals;
  const services = detail.proposals.map(({ service }) => word('service', service)).join(t('app.comma'));
  const refer = proposed ? { values: { ...proposed }, hints: { service: t('form.proposed', { services }) } } : null;
  return (
    <article>
      <CaseHead detail={detail} />
      <StageStrip state={detail.state} chain={detail.chain} />
      <LiveNotice isNews={(event) => isNewsOf(detail, event)} paths={['/api/cases/{case_id}']} />
      <div className="case-columns">
        <div className="case-acts">
          <ActsPanel
            subject={{ kind: 'case', id: detail.case_id, version: detail.version }}
            acts={detail.acts}
            forms={caseActs}
            steps={detail.chain}
            townships={detail.townships.map(({ region_code: value, name }) => ({ value, label: name ?? value }))}
            given={refer === null ? {} : { refer }}
            nothing={t('case.no_acts')}
          />
          <CaseReferrals referrals={detail.referrals} />
        </div>
        <div className="case-reading">
          <CaseWarnings warnings={detail.warnings} />
          <Suspense fallback={<Loading />}>
            <SpendingCard caseId={detail.case_id} />
          </Suspense>
          <HouseholdCard detail={detail} />
          <Card title={t('case.chain')} size="small" extra={<IntactMark intact={detail.chain_intact} />}>
            <ChainTimeline steps={detail.chain} />
          </Card>
          {detail.earlier.length > 0 && (
            <Card title={t('case.earlier')} size="small">
              <ul className="rows">
                {detail.earlier.map((earlier) => (
                  <li key={earlier.case_id}>
                    <Link to={`/cases/${earlier.case_id}`}>{dayOf(earlier.opened_at)}</Link>
                    <span>
                      {word('track', earlier.track)} · {word('case_state', earlier.state)}
                    </span>
                  </li>
                ))}
              </ul>
            </Card>
          )}
        </div>
      </div>
    </article>
  );
};
export default Case;
