import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { dayOf } from './dates.ts';
import { LeadNotes } from './lead-notes.tsx';
import { LevelChip } from './level-chip.tsx';
import { Loading } from './loading.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { shownParameter, shownValue } from './shown-value.ts';
import { WarningRecords } from './warning-records.tsx';

/** Why a warning was raised: meaning, clause, values against limits, the records it rests on, how it went on. */
export const WarningWhy = ({ warningId, titled = false }: { warningId: string; titled?: boolean }) => {
  const { t, word, called } = useWords();
  const warning = $api.useQuery('get', '/api/warnings/{warning_id}', { params: { path: { warning_id: warningId } } });
  if (warning.isPending) return <Loading />;
  if (warning.error) return <ProblemPanel problem={warning.error} retry={() => void warning.refetch()} />;
  const { rule, indicators, parameters, records, observations, level, name, status } = warning.data;
  const unknown = t('app.unknown');
  return (
    <div className="why" data-testid="warning-why">
      {titled && (
        <p>
          <LevelChip level={level} /> {called(rule)} · {name} · {word('warning_status', status)}
        </p>
      )}
      <p>{rule.meaning}</p>
      <h4>{t('case.clause')}</h4>
      <ul className="citations">
        {rule.citations.map(({ document, clause, says }) => (
          <li key={`${document} ${clause}`}>
            <b>
              {document} {clause}
            </b>
            <q>{says}</q>
          </li>
        ))}
      </ul>
      <div className="two">
        <div>
          <h4>{t('case.values')}</h4>
          <table className="plain">
            <tbody>
              {indicators.map((indicator) => (
                <tr key={indicator.name}>
                  <th scope="row">{indicator.title}</th>
                  <td>{shownValue(indicator, { t, word }) ?? <i>{unknown}</i>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div>
          <h4>{t('case.parameters')}</h4>
          {parameters.length === 0 && <p className="muted">{t('case.no_parameters')}</p>}
          <table className="plain">
            <tbody>
              {parameters.map((parameter) => (
                <tr key={parameter.name} data-testid="parameter" data-name={parameter.name}>
                  <th scope="row">{called(parameter)}</th>
                  <td>{shownParameter(parameter, { t, word }) ?? <i>{unknown}</i>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <p className="muted">
        {t('case.rule')} <code>{rule.rule_id}</code> v{rule.version} · {t('case.expression')}{' '}
        <code className="expression">{rule.expression}</code>
      </p>
      <h4>{t('case.records')}</h4>
      <WarningRecords records={records} />
      {records.some(({ feed }) => feed === 'leads') && <LeadNotes warningId={warningId} />}
      {observations.length > 1 && (
        <details>
          <summary>
            {t('case.history')}（{observations.length}）
          </summary>
          <ul>
            {observations.map(({ as_of: day, observed_at: moment, level: then }) => (
              <li key={moment}>
                {day} <LevelChip level={then} /> <span className="muted">{dayOf(moment)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
};
