import { Card, Collapse } from 'antd';
import type { CaseDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { dayOf } from './dates.ts';
import { LevelChip } from './level-chip.tsx';
import { useSession } from './session.ts';
import { WarningWhy } from './warning-why.tsx';

/** Warnings of the case; the first stands open with its explanation, the others are read when they are opened. */
export const CaseWarnings = ({ warnings }: { warnings: CaseDetail['warnings'] }) => {
  const { t, word, called } = useWords();
  const { can } = useSession();
  const why = can('see_warnings');
  return (
    <Card title={t('case.warnings')} size="small">
      <Collapse
        ghost
        size="small"
        className="case-warnings"
        defaultActiveKey={warnings.slice(0, 1).map(({ warning_id: id }) => id)}
        items={warnings.map((warning) => ({
          key: warning.warning_id,
          label: (
            <span data-testid="case-warning">
              <LevelChip level={warning.level} />{' '}
              <b>{called({ title: warning.rule_title, title_en: warning.rule_title_en })}</b>{' '}
              {warning.person !== null && <span>{warning.person} </span>}
              <span className="tag">{word('warning_status', warning.status)}</span>
              {warning.baseline && <span className="tag">{t('case.baseline')}</span>}
              <span className="muted">
                {t('queue.opened')} {dayOf(warning.opened_at)}
              </span>{' '}
              {warning.due_on !== null && <span className="muted">{t('clock_says.due', { day: warning.due_on })}</span>}
            </span>
          ),
          // Village assistants visit; they are told what it means, not what the records say
          children: why ? <WarningWhy warningId={warning.warning_id} /> : <p>{warning.meaning}</p>,
        }))}
      />
    </Card>
  );
};
