import { Button, Card, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useCorrection } from '../acts/use-correction.ts';
import { $api } from '../api/client.ts';
import type { QuarantineItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { ReasonField } from './reason-field.tsx';

interface Props {
  readonly feed: string;
  readonly reason: QuarantineItem['reason'];
  /** `-`: no column is to blame. */
  readonly field: string;
}

interface Filled {
  readonly key: string;
  readonly value?: string;
  readonly reason: string;
}

const ALL = 'all';
/** Say who somebody is, or which record: the server refuses to write one of them into several rows. */
const OF_ONE = ['record_id', 'name', 'id_number', 'birth_date', 'phone', 'address', 'disability_cert'];
const WHOLE = '-';

/** Waiting rows of one kind by what they say: those that say the same wrong thing are corrected at once. */
export const QuarantineKind = ({ feed, reason, field }: Props) => {
  const { t } = useWords();
  const [form] = Form.useForm<Filled>();
  const [act, setAct] = useState<'edit' | 'dismiss' | 'mapping'>(field === WHOLE ? 'dismiss' : 'edit');
  const { send, sending, problem } = useCorrection();
  const found = $api.useQuery('get', '/api/quarantine/values', { params: { query: { feed, reason, field } } });
  if (found.error) return <ProblemPanel problem={found.error} retry={() => void found.refetch()} />;
  const values = found.data?.values ?? [];
  const looked = found.data?.looked_at ?? 0;
  if (looked === 0) return null;
  const perRow = OF_ONE.includes(field);

  const submit = async ({ key, value, reason: why }: Filled): Promise<void> => {
    const one = values.find((candidate) => candidate.key === key);
    const which = {
      ...{ by: 'kind' as const, feed, reason, field, key: one?.key ?? null, expected: one?.count ?? looked },
    };
    const change =
      act === 'edit' ? { type: act, values: { [field]: value?.trim() ?? null } } : ({ type: act } as const);
    if (await send({ reason: why.trim(), which, change })) form.resetFields();
  };
  return (
    <Card size="small" title={t('quarantine.kind')} data-testid="quarantine-kind" className="kind-card">
      <p className="muted">
        {t(field === WHOLE ? 'quarantine.kind_whole' : perRow ? 'quarantine.kind_one' : 'quarantine.kind_says')}{' '}
        {found.data && looked < found.data.waiting && t('quarantine.kind_cut', { count: looked })}
      </p>
      {problem && <ProblemPanel problem={problem} />}
      <Form<Filled>
        form={form}
        name="quarantine-kind"
        layout="vertical"
        initialValues={{ key: values[0]?.key ?? ALL }}
        onFinish={(filled) => void submit(filled)}
      >
        <div className="two">
          <Form.Item name="key" label={t('quarantine.choose_value')}>
            <Select
              data-testid="kind-value"
              options={[
                ...values.map(({ key, value, count }) => ({
                  value: key,
                  label: `${value ?? t('quarantine.nothing')}（${t('quarantine.kind_count', { count })}）`,
                })),
                { value: ALL, label: t('quarantine.all_of_kind', { count: looked }) },
              ]}
            />
          </Form.Item>
          {act === 'edit' && !perRow && (
            <Form.Item name="value" label={t('quarantine.new_value')}>
              <Input maxLength={2_000} />
            </Form.Item>
          )}
        </div>
        {act === 'dismiss' && <p className="muted">{t('quarantine.dismiss_says')}</p>}
        {act === 'mapping' && <p className="muted">{t('quarantine.mapping_says', { feed })}</p>}
        <ReasonField />
        <div className="toolbar">
          <Button
            type="primary"
            htmlType="submit"
            loading={sending}
            disabled={act === 'edit' && perRow}
            data-testid="kind-submit"
          >
            {t(act === 'edit' ? 'quarantine.submit' : `quarantine.submit_${act}`)}
          </Button>
          {(['edit', 'mapping', 'dismiss'] as const)
            .filter((other) => other !== act && !(other === 'edit' && (field === WHOLE || perRow)))
            .map((other) => (
              <Button key={other} type="link" onClick={() => setAct(other)} data-testid={`kind-${other}`}>
                {t(other === 'edit' ? 'quarantine.correct' : `quarantine.${other}`)}
              </Button>
            ))}
        </div>
      </Form>
    </Card>
  );
};
