import type { ChainStep } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { zh } from '../i18n/zh.ts';
import { minuteOf } from './dates.ts';

/** Steps with who, when, time used and the beginning of the hash; newest last, as they are chained. */
export const ChainTimeline = ({ steps }: { steps: readonly ChainStep[] }) => {
  const { t, word } = useWords();
  const labelOf = (field: string): string => (field in zh.field ? t(`field.${field as keyof typeof zh.field}`) : field);
  return (
    <ol className="timeline" data-testid="chain">
      {steps.map((step) => (
        <li key={step.sequence} data-testid="chain-step" data-type={step.type}>
          <div className="says">{step.says}</div>
          {Object.entries(step.personal).map(([field, text]) => (
            <div key={field} className="personal">
              <span className="muted">{labelOf(field)}：</span>
              {text}
            </div>
          ))}
          <div className="muted">
            {minuteOf(step.at)} · {step.actor}
            {step.role !== 'system' && `（${word('role', step.role)}）`}
            {step.clock &&
              ` · ${t(step.clock.unit === 'days' ? 'case.chain_clock' : 'case.chain_clock_working', { used: step.clock.used_days, allowed: step.clock.allowed_days })}`}
            {' · '}
            <code title={step.hash}>
              #{step.sequence} {step.hash.slice(0, 10)}
            </code>
          </div>
        </li>
      ))}
    </ol>
  );
};
