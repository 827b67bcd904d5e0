interface Props {
  readonly label: string;
  readonly name: string;
  readonly tabs: readonly {
    readonly value: string | null;
    readonly title: string;
    readonly count?: number | undefined;
  }[];
  readonly chosen: string | null;
  readonly onChoose: (value: string | null) => void;
}

/** States of a list with their counts, one chosen. */
export const CountTabs = ({ label, name, tabs, chosen, onChoose }: Props) => (
  <fieldset className="tabs" aria-label={label}>
    {tabs.map(({ value, title, count }) => (
      <button
        key={value ?? 'all'}
        type="button"
        aria-pressed={value === chosen}
        data-testid={`${name}-${value ?? 'all'}`}
        onClick={() => onChoose(value)}
      >
        {title}
        {count !== undefined && <small> {count}</small>}
      </button>
    ))}
  </fieldset>
);
