import type { ReferralItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

const LOOKS: Partial<Record<ReferralItem['status'], string>> = {
  returned: 'warn',
  disputed: 'warn',
  fulfilled: 'strong',
  not_eligible: 'strong',
  confirmed: 'good',
};

export const ReferralTag = ({ status }: { status: ReferralItem['status'] }) => {
  const { word } = useWords();
  return <span className={`tag ${LOOKS[status] ?? ''}`}>{word('referral_status', status)}</span>;
};
