import { Card } from 'antd';
import { Link } from 'react-router';
import type { ReferralItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ClockSays } from './clock-says.tsx';
import { ReferralTag } from './referral-tag.tsx';
import { useSession } from './session.ts';

/** Referrals of the case with their status and clock. */
export const CaseReferrals = ({ referrals }: { referrals: readonly ReferralItem[] }) => {
  const { t, word } = useWords();
  const { can } = useSession();
  return (
    <Card title={t('case.referrals')} size="small">
      {referrals.length === 0 && <p className="muted">{t('case.no_referrals')}</p>}
      <ul className="rows">
        {referrals.map((referral) => (
          <li key={referral.referral_id} data-testid="referral-row" data-referral={referral.referral_id}>
            {can('see_referrals') ? (
              <Link to={`/referrals/${referral.referral_id}`}>
                {word('service', referral.service)} → {word('department', referral.department)}
              </Link>
            ) : (
              <span>
                {word('service', referral.service)} → {word('department', referral.department)}
              </span>
            )}
            <span>
              <ReferralTag status={referral.status} />
              {referral.clock && <ClockSays clock={referral.clock} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
};
