import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { Problem } from '../api/types.ts';

type Sent<T> = Promise<{ data?: T | undefined; error?: Problem | undefined }>;

/** Sends the steps of a reviewer: one at a time, and what lies under `address` is read anew after each. */
export const useSending = (address: string) => {
  const client = useQueryClient();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // A second key comes before the buttons are drawn as busy
  const busy = useRef(false);

  const send = useCallback(
    async <T>(request: () => Sent<T>): Promise<T | null> => {
      if (busy.current) return null;
      busy.current = true;
      setSending(true);
      setProblem(null);
      try {
        const { data, error } = await request();
        if (error !== undefined) setProblem(error);
        await client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith(address) });
        return data ?? null;
      } finally {
        busy.current = false;
        setSending(false);
      }
    },
    [client, address],
  );
  return { sending, problem, setProblem, send };
};
