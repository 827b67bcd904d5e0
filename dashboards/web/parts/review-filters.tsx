import { Button, Select } from 'antd';
import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { useReviewFilters } from './use-review-filters.ts';

/** Narrows the list of questions to a feed and a region, each with how many wait there. */
export const ReviewFilters = ({ state }: { state: 'waiting' | 'decided' }) => {
  const { t, word } = useWords();
  const { feed, region, asList, isNarrowed, filter, set } = useReviewFilters();
  const facets = $api.useQuery(
    'get',
    '/api/review/facets',
    { params: { query: { state, ...asList } } },
    { placeholderData: (before) => before },
  );
  const select = (
    name: 'feed' | 'region',
    value: string | null,
    options: { readonly value: string; readonly label: string }[],
  ) => (
    <Select
      key={name}
      className="wide-select"
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={t(`review.filter_${name}`)}
      placeholder={t(`review.filter_${name}`)}
      data-testid={`review-filter-${name}`}
      value={value}
      onChange={(chosen: string | null | undefined) => filter(name, chosen ?? null)}
      // What was chosen and has nothing left stays chosen, and says so
      options={
        value === null || options.some((one) => one.value === value)
          ? options
          : [...options, { value, label: t('review.filter_none', { value }) }]
      }
    />
  );
  const { feed: feeds = [], region: regions = [] } = facets.data ?? {};
  return (
    <>
      {select(
        'feed',
        feed,
        feeds.map((one) => ({ value: one.value, label: `${word('department', one.value)}（${one.count}）` })),
      )}
      {select(
        'region',
        region,
        regions.map((one) => ({ value: one.value, label: `${one.title ?? one.value}（${one.count}）` })),
      )}
      {isNarrowed && (
        <Button type="link" data-testid="review-clear" onClick={() => set({ feed: null, region: null })}>
          {t('review.filter_clear')}
        </Button>
      )}
    </>
  );
};
