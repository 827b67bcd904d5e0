import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useLive } from '../api/live.ts';
import { useWords } from '../i18n/use-words.ts';

/** Says how much has happened since the list was read; the list moves only when the reader wants it to. */
export const LiveUpdates = ({ paths }: { paths: readonly string[] }) => {
  const { t } = useWords();
  const client = useQueryClient();
  const [count, setCount] = useState(0);
  useLive(() => setCount((before) => before + 1));
  const refresh = (): void => {
    setCount(0);
    void client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => paths.includes(String(path)) });
  };
  return (
    <span role="status" aria-live="polite">
      {count > 0 && (
        <Button size="small" type="primary" ghost onClick={refresh} data-testid="live-updates">
          {t('live.updates', { count })}
        </Button>
      )}
    </span>
  );
};
