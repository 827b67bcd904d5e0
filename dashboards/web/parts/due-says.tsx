import type { ClockState } from '../../queries/contract.ts';
import { useWords } from '../i18n/use-words.ts';
import { daysUntil } from './dates.ts';

/** How much time is left, in calendar days: 剩余 n 天, 超期 n 天. */
export const DueSays = ({ due, state }: { due: string | null; state: ClockState }) => {
  const { t, word } = useWords();
  if (due === null || state === 'none') return <span className="clock clock-none">{word('clock', 'none')}</span>;
  const left = daysUntil(due);
  const says =
    left === 0
      ? t('clock_says.today')
      : left > 0
        ? t('clock_says.left', { count: left })
        : t('clock_says.over', { count: -left });
  return (
    <span className={`clock clock-${state}`} title={t('clock_says.due', { day: due })}>
      {says}
    </span>
  );
};
