import { useState } from 'react';
import { useWords } from '../i18n/use-words.ts';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly single: boolean;
  readonly items: readonly { readonly value: string; readonly title: string; readonly count: number }[];
  readonly chosen: readonly string[];
  readonly onChoose: (values: readonly string[]) => void;
}

const SHORT = 7;

/** One filter: its values with counts. A chosen value stays in the list also when nothing has it any more. */
export const FacetList = ({ name, title, single, items, chosen, onChoose }: Props) => {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const gone = chosen.filter((value) => !items.some((item) => item.value === value));
  const rows = [...gone.map((value) => ({ value, title: value, count: 0 })), ...items];
  const shown = all ? rows : rows.filter(({ value }, index) => index < SHORT || chosen.includes(value));
  if (rows.length === 0) return null;
  const toggle = (value: string): void => {
    if (chosen.includes(value)) onChoose(chosen.filter((other) => other !== value));
    else onChoose(single ? [value] : [...chosen, value]);
  };
  return (
    <fieldset className="facet">
      <legend>{title}</legend>
      {shown.map(({ value, title: words, count }) => (
        <label key={value} className={chosen.includes(value) ? 'chosen' : ''}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
            data-testid={`facet-${name}-${value}`}
          />
          <span>{words}</span>
          <small>{count}</small>
        </label>
      ))}
      {rows.length > SHORT && (all || rows.length > shown.length) && (
        // It stays when it was pressed: the keyboard would lose its place with it
        <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('app.collapse') : `${t('app.all')}（${rows.length}）`}
        </button>
      )}
    </fieldset>
  );
};
