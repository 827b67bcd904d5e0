import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import type { Problem, ReviewDone, ReviewVerdict } from '../api/types.ts';

type Sent = Promise<{ data?: ReviewDone | undefined; error?: Problem | undefined }>;

/** Steps of a reviewer on one question: once at a time, and the page is read anew after each. */
export const useReview = (id: string) => {
  const client = useQueryClient();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // A second key comes before the buttons are drawn as busy
  const busy = useRef(false);

  const send = useCallback(
    async (request: () => Sent): Promise<ReviewDone | null> => {
      if (busy.current) return null;
      busy.current = true;
      setSending(true);
      setProblem(null);
      try {
        const { data, error } = await request();
        if (error !== undefined) setProblem(error);
        await client.invalidateQueries({
          predicate: ({ queryKey: [, path] }) => String(path).startsWith('/api/review'),
        });
        return data ?? null;
      } finally {
        busy.current = false;
        setSending(false);
      }
    },
    [client],
  );
  const params = { path: { question_id: id } };
  return {
    ...{ sending, problem, setProblem },
    claim: useCallback(
      () =>
        send(() => api.POST('/api/review/{question_id}/claim', { params: { path: { question_id: id } }, body: {} })),
      [send, id],
    ),
    say: (version: number, verdict: ReviewVerdict, person_id: string | null, note: string | null) =>
      send(() =>
        api.POST('/api/review/{question_id}/verdict', { params, body: { version, verdict, person_id, note } }),
      ),
    undo: (version: number, reason: string) =>
      send(() => api.POST('/api/review/{question_id}/undo', { params, body: { version, reason } })),
  };
};
