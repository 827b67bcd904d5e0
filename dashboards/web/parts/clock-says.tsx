import type { Clock } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

/** A running clock as the server counted it, in its own days: calendar or working. */
export const ClockSays = ({ clock }: { clock: Clock | null }) => {
  const { t, word } = useWords();
  if (clock === null) return <span className="clock clock-none">{word('clock', 'none')}</span>;
  const left = clock.allowed_days - clock.used_days;
  const working = clock.unit === 'working_days';
  const count = Math.abs(left);
  const says =
    left === 0
      ? t('clock_says.today')
      : left > 0
        ? t(working ? 'clock_says.left_working' : 'clock_says.left', { count })
        : t(working ? 'clock_says.over_working' : 'clock_says.over', { count });
  const due = t('clock_says.due', { day: clock.due_on });
  return (
    <span
      className={`clock clock-${clock.state}`}
      title={`${word('clock_name', clock.name)} · ${due}${clock.provisional ? ` · ${t('clock_says.provisional')}` : ''}`}
    >
      {says}
      {clock.provisional && ' *'}
    </span>
  );
};
