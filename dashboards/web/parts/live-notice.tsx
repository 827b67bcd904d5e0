import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { type LiveEvent, useLive } from '../api/live.ts';
import { useWords } from '../i18n/use-words.ts';

/** Our own command comes back as an event too, often before its answer: it gets this long to become the page's version. */
const SETTLE_MS = 1500;

interface Props {
  /** Whether an event is about what is shown, and newer. */
  readonly isNews: (event: LiveEvent) => boolean;
  readonly paths: readonly string[];
}

/**
 * Says that others have gone on with what is shown. It is read again when the reader wants it: a page that moved by itself
 * would take the version of an open form along, and its conflict would go unnoticed.
 */
export const LiveNotice = ({ isNews, paths }: Props) => {
  const { t } = useWords();
  const client = useQueryClient();
  const [news, setNews] = useState<LiveEvent | null>(null);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useLive((event) => {
    if (isNews(event)) timers.current.add(setTimeout(() => setNews(event), SETTLE_MS));
  });
  useEffect(() => {
    const started = timers.current;
    return () => started.forEach(clearTimeout);
  }, []);
  if (news === null || !isNews(news)) return null;
  const refresh = (): void => {
    setNews(null);
    void client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => paths.includes(String(path)) });
  };
  return (
    <Alert
      type="info"
      showIcon
      role="status"
      className="live-notice"
      data-testid="live-notice"
      title={t('live.case_updated')}
      action={
        <Button size="small" onClick={refresh}>
          {t('app.refresh')}
        </Button>
      }
    />
  );
};
