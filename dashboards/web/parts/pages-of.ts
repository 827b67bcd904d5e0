import type { Act, SignedIn } from '../api/types.ts';
import type { zh } from '../i18n/zh.ts';

export interface PageLink {
  readonly to: string;
  readonly title: keyof typeof zh.nav;
}

/** Pages that a session may open, the one that the role begins with first. Said by its acts, not by its role's name. */
export const pagesOf = (session: SignedIn): PageLink[] => {
  const can = (act: Act): boolean => session.acts.includes(act);
  const visits = can('record_visit') && !can('verify_case');
  const all: readonly (PageLink & { readonly act: Act })[] = [
    { act: 'see_warnings', to: '/queue', title: 'queue' },
    { act: 'see_case', to: '/cases', title: visits ? 'visits' : 'cases' },
    {
      act: 'see_referrals',
      to: '/referrals',
      title: can('answer_referral') ? 'referrals_department' : 'referrals',
    },
    { act: 'see_matches', to: '/review', title: 'review' },
    { act: 'see_duplicates', to: '/duplicates', title: 'duplicates' },
    { act: 'see_counts', to: '/coverage', title: 'coverage' },
    { act: 'see_feeds', to: '/feeds', title: 'feeds' },
    // Others come to it from the page of feeds, which a department has not.
    ...(can('see_feeds') ? [] : [{ act: 'see_data_return', to: '/data-return', title: 'data_return' } as const]),
  ];
  const open = all.filter(({ act }) => can(act));
  return [...open, { to: '/start', title: 'start' }];
};
