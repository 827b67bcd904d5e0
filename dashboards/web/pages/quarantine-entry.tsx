import { Card } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { CorrectForm } from '../parts/correct-form.tsx';
import { minuteOf } from '../parts/dates.ts';
import { FateCard } from '../parts/fate-card.tsx';
import { Loading } from '../parts/loading.tsx';
import { OriginalRow, type ShownInFull } from '../parts/original-row.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { QuarantineTag } from '../parts/quarantine-tag.tsx';
import { useSession } from '../parts/session.ts';
import { useTitle } from '../parts/use-title.ts';

/** One refused row: what it says beside what is wrong with it, what can be done, and what was done. */
const Entry = ({ no }: { no: string }) => {
  const { t, word, language } = useWords();
  const { can } = useSession();
  const [full, setFull] = useState<ShownInFull | null>(null);
  const answer = $api.useQuery('get', '/api/quarantine/{quarantine_no}', { params: { path: { quarantine_no: no } } });
  if (answer.error) return <ProblemPanel problem={answer.error} retry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Loading />;
  const entry = answer.data;
  return (
    <section className="cards" data-testid="quarantine-entry" data-state={entry.state}>
      <div className="page-head">
        <h1>
          {t('quarantine.entry', { no })} <QuarantineTag state={entry.state} />
        </h1>
        <Link to="/quarantine">{t('quarantine.to_list')}</Link>
      </div>
      <Card size="small" title={word('reject_reason', entry.reason)}>
        {language === 'zh' && (
          <p>
            <strong>{entry.says}</strong>。{entry.cure}。
          </p>
        )}
        <dl className="facts">
          <div>
            <dt>{t('quarantine.feed')}</dt>
            <dd>{entry.feed_title}</dd>
          </div>
          <div>
            <dt>{t('quarantine.field')}</dt>
            <dd>{(language === 'zh' ? entry.field_title : entry.field) ?? t('quarantine.no_field')}</dd>
          </div>
          <div>
            <dt>{t('quarantine.value')}</dt>
            <dd>{entry.value ?? t('quarantine.nothing')}</dd>
          </div>
          <div>
            <dt>{t('quarantine.source')}</dt>
            <dd>{t('quarantine.at_line', { source: entry.source, line: entry.line })}</dd>
          </div>
          <div>
            <dt>{t('quarantine.received')}</dt>
            <dd>{minuteOf(entry.received_at)}</dd>
          </div>
        </dl>
        {entry.came_of !== null && (
          <Link to={`/quarantine/${entry.came_of}`}>{t('quarantine.came_of', { no: entry.came_of })}</Link>
        )}
      </Card>
      {entry.fate && <FateCard fate={entry.fate} />}
      <div className="two">
        <OriginalRow entry={entry} full={full} onFull={setFull} />
        {entry.state === 'waiting' && can('correct_quarantine') && <CorrectForm entry={entry} />}
      </div>
    </section>
  );
};

const QuarantineEntry = () => {
  const { t } = useWords();
  const { quarantineNo = '' } = useParams();
  useTitle(t('quarantine.entry', { no: quarantineNo }));
  // Of another row nothing that was typed or shown stays
  return <Entry key={quarantineNo} no={quarantineNo} />;
};
export default QuarantineEntry;
