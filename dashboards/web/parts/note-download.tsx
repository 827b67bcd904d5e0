import { DownloadOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useState } from 'react';
import { today } from '../acts/field.ts';
import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';

const MONTHS = 12;

/** This month and those before it, newest first. */
const lastMonths = (day: string): string[] =>
  Array.from({ length: MONTHS }, (_, i) => {
    const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 - i;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });

/** The quality note of a department and month as a file: of the one whose feed is chosen, or of the one that is given. */
export const NoteDownload = ({
  feed = null,
  department = null,
}: {
  feed?: string | null;
  department?: string | null;
}) => {
  const { t } = useWords();
  const [month, setMonth] = useState(() => lastMonths(today())[0] as string);
  const feeds = $api.useQuery('get', '/api/feeds', {}, { enabled: department === null && feed !== null });
  const of = department ?? feeds.data?.feeds.find((one) => one.feed === feed)?.department ?? null;
  if (of === null) return null;
  const href = (format: string): string =>
    `/api/quality-notes/${encodeURIComponent(of)}?month=${month}&format=${format}`;
  return (
    <span className="note-download" title={t('note.says')} data-testid="note-download">
      {t('note.title')}{' '}
      <Select
        size="small"
        value={month}
        aria-label={t('note.month')}
        onChange={setMonth}
        options={lastMonths(today()).map((value) => ({ value, label: value }))}
      />{' '}
      {(['xlsx', 'csv'] as const).map((format) => (
        <a key={format} href={href(format)} download data-testid={`note-${format}`}>
          <DownloadOutlined aria-hidden /> {t(`note.${format}`)}{' '}
        </a>
      ))}
    </span>
  );
};
