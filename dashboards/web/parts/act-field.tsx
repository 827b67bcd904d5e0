import { Checkbox, Form, Input, Radio, Select } from 'antd';
import type { ReactNode } from 'react';
import { type Choice, type Field, today, type Values } from '../acts/field.ts';
import { useWords } from '../i18n/use-words.ts';
import { zhCodes } from '../i18n/zh-codes.ts';

interface Props {
  readonly field: Field;
  readonly values: Values;
  readonly townships: readonly Choice[];
  readonly extra?: ReactNode;
}

const AMOUNT = /^\d{1,9}(\.\d{1,2})?$/;

/** One field of an act's form, with its label, its control and what it refuses before the server does. */
export const ActField = ({ field, values, townships, extra }: Props) => {
  const { t, word } = useWords();
  const { name, kind, choices } = field;
  if (!(field.when?.(values) ?? true)) return null;
  const required = (field.required ?? false) || (field.requiredWhen?.(values) ?? false);
  const label = t(`field.${field.label}`);
  const isText = kind === 'line' || kind === 'text';

  const options = (): Choice[] => {
    if (choices === undefined) return [];
    if (choices === 'townships') return [...townships];
    return Object.keys(zhCodes[choices]).map((code) => ({ value: code, label: word(choices, code) }));
  };
  const named = { 'data-testid': `field-${name}` };
  const controls: Readonly<Record<Field['kind'], () => ReactNode>> = {
    line: () => <Input {...named} maxLength={200} />,
    text: () => <Input.TextArea {...named} autoSize={{ minRows: 3, maxRows: 10 }} maxLength={2000} />,
    lines: () => <Input.TextArea {...named} autoSize={{ minRows: 2, maxRows: 8 }} placeholder={t('form.one_a_line')} />,
    day: () => <Input {...named} type="date" max={today()} />,
    money: () => <Input {...named} inputMode="decimal" maxLength={12} />,
    choice: () => <Radio.Group {...named} options={options()} className="choices" />,
    pick: () => <Select {...named} options={options()} showSearch={{ optionFilterProp: 'label' }} />,
    checks: () => <Checkbox.Group {...named} options={options()} className="choices" />,
    yes_no: () => (
      <Radio.Group {...named} options={['no', 'yes'].map((value) => ({ value, label: t(`app.${value as 'yes'}`) }))} />
    ),
  };
  /** What is wrong with a value that was given, in words. */
  const wrong = (value: unknown): string | null => {
    if (typeof value !== 'string' || value === '') return null;
    if (kind === 'money' && !AMOUNT.test(value.trim())) return t('form.bad_amount');
    if (kind === 'day' && value > today()) return t('form.future');
    if (name === 'staff_2' && value.trim() === String(values['staff_1'] ?? '').trim()) return t('form.same_staff');
    return null;
  };
  return (
    <Form.Item
      name={name}
      label={required || kind === 'checks' ? label : `${label}（${t('form.optional')}）`}
      extra={extra}
      rules={[
        { required, ...(isText ? { whitespace: true } : {}), message: `${label}：${t('form.required')}` },
        {
          validator: (_rule, value) => {
            const words = wrong(value);
            return words === null ? Promise.resolve() : Promise.reject(new Error(words));
          },
        },
      ]}
    >
      {controls[kind]()}
    </Form.Item>
  );
};
