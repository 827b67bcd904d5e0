import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { ProblemPanel } from './problem-panel.tsx';

/** What the leads say in words that a warning rests on: names of the family and long numbers are masked. */
export const LeadNotes = ({ warningId }: { warningId: string }) => {
  const { t } = useWords();
  const { data, error, refetch } = $api.useQuery('get', '/api/warnings/{warning_id}/notes', {
    params: { path: { warning_id: warningId } },
  });
  if (error) return <ProblemPanel problem={error} retry={() => void refetch()} />;
  if (data === undefined || data.notes.length === 0) return null;
  return (
    <>
      <h4>{t('lead.title')}</h4>
      <ul className="citations" data-testid="lead-notes">
        {data.notes.map(({ record_id: id, note, occurred_on: on }) => (
          <li key={id}>
            <b>
              {on} <span className="code">{id}</span>
            </b>
            <q>{note}</q>
          </li>
        ))}
      </ul>
    </>
  );
};
