import { EyeOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.ts';
import type { Problem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { useSession } from './session.ts';

interface Props {
  readonly caseId: string;
  /** Null: of the household. */
  readonly personId: string | null;
  readonly field: 'name' | 'id_number' | 'phone';
  readonly masked: string | null;
}

/** A masked value; who may see it in full says why, and the answer stays on this page only. */
export const Revealed = ({ caseId, personId, field, masked }: Props) => {
  const { t } = useWords();
  const { can } = useSession();
  const [open, setOpen] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [full, setFull] = useState<string | null>(null);
  if (full !== null) {
    return (
      <strong title={t('reveal.logged')} data-testid={`revealed-${field}`}>
        {full}
      </strong>
    );
  }
  if (masked === null) return <span className="muted">{t('app.unknown')}</span>;
  if (!can('see_full_identity')) return <span>{masked}</span>;

  const reveal = async (reason: string): Promise<void> => {
    setSending(true);
    setProblem(null);
    const { data, error } = await api.POST('/api/cases/{case_id}/reveal', {
      params: { path: { case_id: caseId } },
      body: { person_id: personId, field, reason },
    });
    setSending(false);
    if (error !== undefined) return setProblem(error);
    setFull(data.value ?? t('reveal.empty'));
    setOpen(false);
  };
  const title = t('reveal.title', { field: t(`case.${field}`) });
  return (
    <span className="masked">
      {masked}{' '}
      <Button
        type="text"
        size="small"
        icon={<EyeOutlined aria-hidden />}
        aria-label={`${t('reveal.show')}：${t(`case.${field}`)}`}
        title={t('reveal.show')}
        data-testid={`reveal-${field}`}
        onClick={() => setOpen(true)}
      />
      <Modal open={open} title={title} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <p>{t('reveal.says')}</p>
        {problem && <ProblemPanel problem={problem} />}
        <Form<{ reason: string }>
          layout="vertical"
          name={`reveal-${field}-${personId}`}
          data-testid="reveal-form"
          onFinish={({ reason }) => void reveal(reason.trim())}
        >
          <Form.Item
            name="reason"
            label={t('reveal.reason')}
            rules={[{ required: true, min: 4, whitespace: true, message: t('reveal.too_short') }]}
          >
            <Input.TextArea autoFocus autoSize={{ minRows: 2 }} maxLength={500} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={sending} data-testid="reveal-submit">
            {t('reveal.submit')}
          </Button>
        </Form>
      </Modal>
    </span>
  );
};
