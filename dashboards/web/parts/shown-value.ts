import type { TFunction } from 'i18next';
import type { WarningDetail } from '../api/types.ts';
import type { zhCodes } from '../i18n/zh-codes.ts';

const thousands = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Yuan with separators. Money comes as text with two decimals and is only drawn here, never counted with. */
export const shownMoney = (amount: string | number): string => thousands.format(Number(amount));

/** How a page words: sentences, and codes by their group. */
export interface Wording {
  readonly t: TFunction;
  readonly word: (group: keyof typeof zhCodes, code: string) => string;
}

/** Indicators whose value is a code of the registry or of a certificate, and the words for it. */
const CODED: Readonly<Record<string, keyof typeof zhCodes>> = {
  'household.category': 'category',
  'household.area': 'area',
  'household.labour': 'household_labour',
  'housing.dangerous_grade': 'house_grade',
  'person.category': 'category',
  'person.own_category': 'category',
  'person.grade': 'disability_grade',
  'person.disability': 'disability_kind',
};

type Indicator = WarningDetail['indicators'][number];
type Parameter = WarningDetail['parameters'][number];

/** A value that a rule read, as a person reads it; null where it is not known. */
export const shownValue = ({ name, type, value }: Omit<Indicator, 'title'>, { t, word }: Wording): string | null => {
  if (value === null) return null;
  if (typeof value === 'boolean') return t(value ? 'app.yes' : 'app.no');
  if (value === '') return t('app.none');
  if (type === 'money') return t('app.yuan', { amount: shownMoney(value) });
  // Spending without income
  if (value === 'inf') return t('app.no_income');
  if (type === 'ratio') return `${(Number(value) * 100).toFixed(1)}%`;
  const group = CODED[name];
  return group === undefined ? String(value) : word(group, String(value));
};

const shownNumber = (value: number, unit: Parameter['unit'], t: TFunction): string => {
  if (unit === null) return String(value);
  if (unit === 'yuan') return t('app.yuan', { amount: shownMoney(value) });
  if (unit === 'ratio') return `${Number((value * 100).toFixed(2))}%`;
  const amount = t(`unit.${unit}`, { amount: Math.abs(value) });
  return value < 0 ? t('unit.before', { amount }) : amount;
};

/** A limit or list that a rule was read with, in its unit; null where the rule has none for this household. */
export const shownParameter = (
  { value, unit, of }: Pick<Parameter, 'value' | 'unit' | 'of'>,
  { t, word }: Wording,
): string | null => {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => shownParameter({ value: item, unit, of }, { t, word }) ?? '');
    return items.join(t('app.comma'));
  }
  const group = of === null ? undefined : CODED[of];
  if (group !== undefined) return word(group, String(value));
  // Money is text with two decimals, so that it stays exact on its way here
  return typeof value === 'number' || unit === 'yuan' ? shownNumber(Number(value), unit, t) : String(value);
};
