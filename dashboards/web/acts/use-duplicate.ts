import { useCallback } from 'react';
import { api } from '../api/client.ts';
import type { PairVerdict } from '../api/types.ts';
import { useSending } from './use-sending.ts';

/** Steps of an analyst on one pair of registered persons. */
export const useDuplicate = (id: string) => {
  const { send, ...told } = useSending('/api/duplicates');
  const params = { path: { pair_id: id } };
  return {
    ...told,
    claim: useCallback(
      () => send(() => api.POST('/api/duplicates/{pair_id}/claim', { params: { path: { pair_id: id } }, body: {} })),
      [send, id],
    ),
    say: (version: number, verdict: PairVerdict) =>
      send(() => api.POST('/api/duplicates/{pair_id}/verdict', { params, body: { version, verdict, note: null } })),
    undo: (version: number, reason: string) =>
      send(() => api.POST('/api/duplicates/{pair_id}/undo', { params, body: { version, reason } })),
  };
};
