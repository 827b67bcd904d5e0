import { Button, Form } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { Service } from '../../../alerts/contract.ts';
import { changed, type Draft, type Drafts } from '../acts/drafts.ts';
import { type Choice, commandOf, type Field, type ActForm as Form_, type Values } from '../acts/field.ts';
import { departmentOf } from '../acts/service-departments.ts';
import { useWords } from '../i18n/use-words.ts';
import { ActField } from './act-field.tsx';

interface Props {
  readonly act: string;
  readonly form: Form_;
  readonly drafts: Drafts;
  readonly townships: readonly Choice[];
  /** What the page knows to be likely, until a person chooses otherwise; a draft comes before it. */
  readonly given: Values;
  /** Said under a field. */
  readonly hints: Readonly<Record<string, string>>;
  readonly sending: boolean;
  /** Not legal any more: what was typed stays to be read, and can't be sent. */
  readonly blocked: boolean;
  readonly onSubmit: (requestId: string, command: Values) => Promise<void>;
  readonly onCancel: () => void;
}

const initialOf = (fields: readonly Field[]): Values =>
  Object.fromEntries(fields.map(({ name, initial }) => [name, typeof initial === 'function' ? initial() : initial]));

/** The form of one act. What is typed is a draft in this window from the first key on. */
export const ActForm = (props: Props) => {
  const { act, form, drafts, townships, given, hints, sending, blocked, onSubmit, onCancel } = props;
  const { t, word } = useWords();
  const [fields] = Form.useForm<Record<string, unknown>>();
  const draft = useRef<Draft>(drafts.read(act) ?? changed(null, { ...initialOf(form.fields), ...given }));
  const [values, setValues] = useState<Values>(draft.current.values);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    box.current?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  }, []);

  const keep = (next: Values): void => {
    draft.current = changed(draft.current, next);
    drafts.write(act, draft.current);
    setValues(next);
  };
  const onValuesChange = (change: Values, all: Values): void => {
    const service = change['service'] as Service | undefined;
    const next = service === undefined ? all : { ...all, department: departmentOf[service] };
    if (service !== undefined) fields.setFieldsValue({ department: departmentOf[service] });
    keep({ ...values, ...next });
  };
  const onFinish = async (): Promise<void> => {
    draft.current = { ...draft.current, sent: true };
    drafts.write(act, draft.current);
    await onSubmit(draft.current.request_id, commandOf(act, form, draft.current.values));
  };
  const service = values['service'] as Service | undefined;
  const defaultDepartment =
    service && t('form.default_department', { department: word('department', departmentOf[service]) });

  return (
    <div ref={box}>
      <Form
        form={fields}
        // The beginning of the fields' ids: two forms may stand on one page
        name={`act-${act}`}
        layout="vertical"
        initialValues={draft.current.values}
        scrollToFirstError={{ focus: true }}
        onValuesChange={onValuesChange}
        onFinish={() => void onFinish()}
        data-testid={`form-${act}`}
        aria-label={word('act', act)}
      >
        {form.fields.length === 0 && <p>{t('form.confirm_says', { act: word('act', act) })}</p>}
        {form.fields.map((field) => (
          <ActField
            key={field.name}
            field={field}
            values={values}
            townships={townships}
            extra={field.name === 'department' ? defaultDepartment : hints[field.name]}
          />
        ))}
        <div className="form-end">
          <Button type="primary" htmlType="submit" loading={sending} disabled={blocked} data-testid={`submit-${act}`}>
            {t('form.submit')}
          </Button>
          <Button onClick={onCancel} disabled={sending}>
            {t('app.cancel')}
          </Button>
        </div>
        {form.fields.length > 0 && <small className="muted">{t('form.draft_kept')}</small>}
      </Form>
    </div>
  );
};
