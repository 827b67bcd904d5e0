import { Select } from 'antd';
import type { QuarantineCounts } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

type Name = 'feed' | 'reason' | 'field' | 'day';
const NAMES: readonly Name[] = ['feed', 'reason', 'field', 'day'];

interface Props {
  readonly counts: QuarantineCounts | undefined;
  readonly filters: Partial<Record<Name, string>>;
  readonly onFilter: (name: Name, value: string | null) => void;
}

/** Filters of quarantine, each value with its count. */
export const QuarantineFilters = ({ counts, filters, onFilter }: Props) => {
  const { t, word, language } = useWords();
  const titleOf = (name: Name, { value, title }: { value: string; title: string }): string => {
    if (name === 'reason') return word('reject_reason', value);
    if (name === 'field' && value === '-') return t('quarantine.no_field');
    return name === 'field' && language === 'en' ? value : title;
  };
  return NAMES.map((name) => (
    <Select
      key={name}
      className="wide-select"
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={t(`quarantine.${name}`)}
      placeholder={`${t(`quarantine.${name}`)}：${t('quarantine.any')}`}
      data-testid={`quarantine-filter-${name}`}
      value={filters[name] ?? null}
      onChange={(value: string | null | undefined) => onFilter(name, value ?? null)}
      options={(counts?.[name] ?? []).map((one) => ({
        value: one.value,
        label: `${titleOf(name, one)}（${one.count}）`,
      }))}
    />
  ));
};
