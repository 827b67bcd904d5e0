import { Card } from 'antd';
import { Link, useParams } from 'react-router';
import { referralActs } from '../acts/referral-acts.ts';
import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { ActsPanel } from '../parts/acts-panel.tsx';
import { ChainTimeline } from '../parts/chain-timeline.tsx';
import { ClockSays } from '../parts/clock-says.tsx';
import { DisclosedCard } from '../parts/disclosed-card.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { LiveNotice } from '../parts/live-notice.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { ReferralAnswer } from '../parts/referral-answer.tsx';
import { ReferralTag } from '../parts/referral-tag.tsx';
import { useSession } from '../parts/session.ts';
import { useTitle } from '../parts/use-title.ts';

/** One referral: what is asked and of whom, what its department may know, the answer, and the acts of either side. */
const Referral = () => {
  const { t, word } = useWords();
  const { can } = useSession();
  const { referralId = '' } = useParams();
  useTitle(t('referral.title', { id: referralId }));
  const found = $api.useQuery('get', '/api/referrals/{referral_id}', { params: { path: { referral_id: referralId } } });
  if (found.isPending) return <Loading />;
  if (found.data === undefined) return <ProblemPanel problem={found.error} retry={() => void found.refetch()} />;
  const detail = found.data;
  const bureau = can('see_case');
  return (
    <article>
      <div className="case-head" data-testid="referral-head" data-status={detail.status} data-version={detail.version}>
        <h1>
          <LevelChip level={detail.level} /> {word('service', detail.service)} → {word('department', detail.department)}
          <ReferralTag status={detail.status} />
          {detail.clock && <ClockSays clock={detail.clock} />}
        </h1>
        <p className="muted">
          {detail.region_name ?? detail.region_code} · {t('referrals.id')}{' '}
          <span className="code">{detail.referral_id}</span> · {t('field.channel')} {word('channel', detail.channel)}
          {detail.returns > 0 && ` · ${t('referrals.returns')} ${detail.returns}`}
          {bureau && (
            <>
              {' · '}
              <Link to={`/cases/${detail.case_id}`}>{t('referral.to_case')}</Link>
            </>
          )}
        </p>
      </div>
      <LiveNotice
        isNews={({ type, referral_id: id, version }) =>
          type === 'reload' || (id === detail.referral_id && version !== null && version > detail.version)
        }
        paths={['/api/referrals/{referral_id}']}
      />
      <div className="case-columns">
        <div className="case-acts">
          {bureau && detail.channel === 'offline' && <p className="muted">{t('referral.offline_note')}</p>}
          <ActsPanel
            subject={{ kind: 'referral', id: detail.referral_id, version: detail.version }}
            acts={detail.acts}
            forms={referralActs}
            steps={detail.trail}
            nothing={t('case.no_acts')}
          />
        </div>
        <div className="case-reading">
          <Card title={t('referral.reason')} size="small">
            <p>{detail.reason ?? t('app.none')}</p>
          </Card>
          <DisclosedCard disclosed={detail.disclosed} bureau={bureau} />
          <ReferralAnswer answer={detail.answer} />
          <Card title={t('referral.trail')} size="small">
            <ChainTimeline steps={detail.trail} />
          </Card>
        </div>
      </div>
    </article>
  );
};
export default Referral;
