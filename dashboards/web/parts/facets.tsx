import type { QueueFacets } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { FacetList } from './facet-list.tsx';

export type FacetName = keyof QueueFacets;

interface Props {
  readonly facets: QueueFacets | undefined;
  readonly filters: Partial<Record<FacetName, string>>;
  readonly onFilter: (name: FacetName, value: string | null) => void;
}

const WORDS = { level: 'level', clock: 'clock', case_state: 'case_state' } as const;

/** Filters with counts, of the reader's regions. Regions and baseline are one at a time, the others several. */
export const Facets = ({ facets, filters, onFilter }: Props) => {
  const { t, word, called } = useWords();
  const titled = (name: FacetName, value: string, title: string): string => {
    if (name === 'baseline') return t(value === 'true' ? 'queue.baseline_true' : 'queue.baseline_false');
    if (name === 'case_state' && (value === 'none' || value === '')) return t('queue.no_case');
    const group = WORDS[name as keyof typeof WORDS];
    return group === undefined ? title : word(group, value);
  };
  return (['level', 'clock', 'case_state', 'region', 'rule', 'baseline'] as const).map((name) => (
    <FacetList
      key={name}
      name={name}
      title={t(`queue.${name}`)}
      single={name === 'region' || name === 'baseline'}
      chosen={filters[name]?.split(',') ?? []}
      onChoose={(values) => onFilter(name, values.length === 0 ? null : values.join(','))}
      items={(facets?.[name] ?? []).map(({ value, count, ...named }) => ({
        value,
        count,
        title: titled(name, value, called(named)),
      }))}
    />
  ));
};
