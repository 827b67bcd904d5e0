import type { ChainStep } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from './dates.ts';
import { stagesOf } from './stages.ts';

/** The whole way of a case on one line: what is done, by whom and when, what is being done, what lies ahead. */
export const StageStrip = ({ state, chain }: { state: string; chain: readonly ChainStep[] }) => {
  const { t } = useWords();
  return (
    <ol className="stages" aria-label={t('case.stages')} data-testid="stages">
      {stagesOf(state, chain).map(({ name, is, step }) => (
        <li key={name} className={`stage-${is}`} aria-current={is === 'now' ? 'step' : undefined}>
          <b>
            {is === 'done' && <span aria-hidden>✓ </span>}
            {t(`stage.${name}`)}
          </b>
          <small>{step === null ? t(`stage.${is}`) : step.actor}</small>
          <small>{step && minuteOf(step.at)}</small>
        </li>
      ))}
    </ol>
  );
};
