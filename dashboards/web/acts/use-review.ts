import { useCallback } from 'react';
import { api } from '../api/client.ts';
import type { ReviewVerdict } from '../api/types.ts';
import { useSending } from './use-sending.ts';

/** Steps of a reviewer on one question. */
export const useReview = (id: string) => {
  const { send, ...told } = useSending('/api/review');
  const params = { path: { question_id: id } };
  return {
    ...told,
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
