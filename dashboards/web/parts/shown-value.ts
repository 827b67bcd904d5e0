import type { TFunction } from 'i18next';

const thousands = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Yuan with separators. Money comes as text with two decimals and is only drawn here, never counted with. */
export const shownMoney = (amount: string | number): string => thousands.format(Number(amount));

/** A value that a rule read, as a person reads it; null where it is not known. */
export const shownValue = (value: string | number | boolean | null, type: string, t: TFunction): string | null => {
  if (value === null) return null;
  if (typeof value === 'boolean') return t(value ? 'app.yes' : 'app.no');
  if (type === 'money') return t('app.yuan', { amount: shownMoney(value) });
  if (type === 'ratio') return `${(Number(value) * 100).toFixed(1)}%`;
  return String(value);
};

/** A limit or list that a rule was read with. */
export const shownParameter = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(String).join('、');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
