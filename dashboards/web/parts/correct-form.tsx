import { Alert, AutoComplete, Button, Card, Form } from 'antd';
import { useState } from 'react';
import { useCorrection } from '../acts/use-correction.ts';
import type { QuarantineDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { ReasonField } from './reason-field.tsx';

type Cell = NonNullable<QuarantineDetail['cells']>[number];
interface Filled {
  readonly values?: Readonly<Record<string, string | undefined>>;
  readonly reason: string;
}

/** Columns that a correction is likely to be about: the one to blame, those that must be filled; the others on demand. */
const isLikely = (entry: QuarantineDetail, cell: Cell): boolean =>
  cell.column === entry.field || (cell.required && cell.value === null);

/** What can be done about a row that waits: write columns anew, read it anew with a mapping, or dismiss it. */
export const CorrectForm = ({ entry }: { entry: QuarantineDetail }) => {
  const { t, language } = useWords();
  const { send, sending, problem } = useCorrection();
  const [act, setAct] = useState<'edit' | 'mapping' | 'dismiss'>(entry.hindrance === null ? 'edit' : 'dismiss');
  const [all, setAll] = useState(false);
  const cells = entry.cells ?? [];
  const likely = cells.filter((cell) => isLikely(entry, cell));
  const shown = all || likely.length === 0 ? cells : likely;

  const submit = ({ values = {}, reason }: Filled): Promise<boolean> => {
    const written = Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value.trim() === '' ? [] : [[name, value.trim()]],
    );
    const change = act === 'edit' ? { type: act, values: Object.fromEntries(written) } : ({ type: act } as const);
    return send({ reason: reason.trim(), which: { by: 'entries', entries: [entry.quarantine_no] }, change });
  };
  const title = t(act === 'edit' ? 'quarantine.correct' : `quarantine.${act}`);
  const says =
    act === 'mapping'
      ? t('quarantine.mapping_says', { feed: entry.feed })
      : t(`quarantine.${act === 'edit' ? 'correct' : act}_says`);
  return (
    <Card size="small" title={title} data-testid="correct-form">
      {entry.hindrance !== null && <Alert type="info" showIcon title={entry.hindrance} />}
      <p className="muted">{says}</p>
      {act === 'edit' && cells.every(({ value }) => value === null) && <p>{t('quarantine.unreadable')}</p>}
      {problem && <ProblemPanel problem={problem} />}
      <Form<Filled> layout="vertical" name="correct" onFinish={(filled) => void submit(filled)}>
        {act === 'edit' &&
          shown.map(({ column, title: zh, value, values }) => (
            <Form.Item
              key={column}
              name={['values', column]}
              label={language === 'zh' ? zh : column}
              extra={value === null ? null : `${t('quarantine.value')}：${value}`}
            >
              <AutoComplete
                data-testid={`correct-${column}`}
                options={(values ?? []).map((one) => ({
                  value: one.value,
                  label: language === 'zh' ? `${one.title}（${one.value}）` : one.value,
                }))}
                maxLength={2_000}
              />
            </Form.Item>
          ))}
        {act === 'edit' && shown.length < cells.length && (
          <Button type="link" onClick={() => setAll(true)} data-testid="correct-all">
            {t('app.all')}（{cells.length}）
          </Button>
        )}
        <ReasonField />
        <div className="toolbar">
          <Button type="primary" htmlType="submit" loading={sending} data-testid="correct-submit">
            {t(act === 'edit' ? 'quarantine.submit' : `quarantine.submit_${act}`)}
          </Button>
          {(['edit', 'mapping', 'dismiss'] as const)
            .filter((other) => other !== act && (entry.hindrance === null || other === 'dismiss'))
            .map((other) => (
              <Button key={other} type="link" onClick={() => setAct(other)} data-testid={`correct-${other}-instead`}>
                {t(other === 'edit' ? 'quarantine.correct' : `quarantine.${other}`)}
              </Button>
            ))}
        </div>
      </Form>
    </Card>
  );
};
