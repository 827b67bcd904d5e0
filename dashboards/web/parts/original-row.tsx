import { Button, Card, Form, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.ts';
import type { Problem, QuarantineDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { ReasonField } from './reason-field.tsx';
import { useSession } from './session.ts';

export interface ShownInFull {
  readonly cells: readonly { readonly column: string; readonly value: string | null }[] | null;
  readonly raw: string;
}

interface Props {
  readonly entry: QuarantineDetail;
  readonly full: ShownInFull | null;
  readonly onFull: (shown: ShownInFull) => void;
}

/** The row as it came, by columns and as a line. Who may correct it may see it in full, says why, and is logged. */
export const OriginalRow = ({ entry, full, onFull }: Props) => {
  const { t, language } = useWords();
  const { can } = useSession();
  const [open, setOpen] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const reveal = async (reason: string): Promise<void> => {
    setSending(true);
    setProblem(null);
    const { data, error } = await api.POST('/api/quarantine/{quarantine_no}/reveal', {
      params: { path: { quarantine_no: `${entry.quarantine_no}` } },
      body: { reason },
    });
    setSending(false);
    if (error !== undefined) return setProblem(error);
    onFull(data);
    setOpen(false);
  };
  const shown = (column: string, masked: string | null): string | null =>
    full === null ? masked : (full.cells?.find((cell) => cell.column === column)?.value ?? null);
  const filled = (entry.cells ?? []).filter(({ value, column }) => value !== null || column === entry.field);
  return (
    <Card
      size="small"
      title={t('quarantine.original')}
      data-testid="original-row"
      extra={
        can('correct_quarantine') &&
        full === null && (
          <Button size="small" onClick={() => setOpen(true)} data-testid="original-reveal">
            {t('quarantine.reveal')}
          </Button>
        )
      }
    >
      <p className="muted">{t(full === null ? 'quarantine.masked' : 'quarantine.revealed')}</p>
      {filled.length > 0 && (
        <dl className="facts">
          {filled.map(({ column, title, value }) => (
            <div key={column} className={column === entry.field ? 'at-fault' : ''}>
              <dt>{language === 'zh' ? title : column}</dt>
              <dd>{shown(column, value) ?? t('quarantine.nothing')}</dd>
            </div>
          ))}
        </dl>
      )}
      <h4>{t(full === null ? 'quarantine.raw' : 'quarantine.raw_full')}</h4>
      <pre className="raw-line">{full === null ? entry.raw : full.raw}</pre>
      <Modal open={open} title={t('quarantine.reveal')} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <p>{t('quarantine.reveal_says')}</p>
        {problem && <ProblemPanel problem={problem} />}
        <Form<{ reason: string }>
          layout="vertical"
          name="reveal-row"
          data-testid="reveal-form"
          onFinish={({ reason }) => void reveal(reason.trim())}
        >
          <ReasonField />
          <Button type="primary" htmlType="submit" loading={sending} data-testid="reveal-submit">
            {t('quarantine.reveal')}
          </Button>
        </Form>
      </Modal>
    </Card>
  );
};
