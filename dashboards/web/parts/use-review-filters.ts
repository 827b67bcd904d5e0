import { useFilters } from './use-filters.ts';

const NAMES = ['feed', 'region', 'sort'] as const;

/** What the list of questions is narrowed to and ordered by: the address holds it, a question's own as well, so that "next" and "back" stay in it. */
export const useReviewFilters = () => {
  const { filters, filter, set, get, clear } = useFilters(NAMES);
  const { feed, region } = filters;
  const sort = filters.sort === 'oldest' ? ('oldest' as const) : ('urgency' as const);
  const listed = new URLSearchParams(filters as Record<string, string>).toString();
  return {
    ...{ feed: feed ?? null, region: region ?? null, sort, filter, set, get, clear },
    isNarrowed: feed !== undefined || region !== undefined,
    /** As the address of the list takes it. */
    asList: { sort, ...(feed === undefined ? {} : { feed }), ...(region === undefined ? {} : { region }) },
    /** Query of an address that keeps it. */
    listed: listed === '' ? '' : `?${listed}`,
  };
};
