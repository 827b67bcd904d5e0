import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useRef, useState } from 'react';
import { api } from '../api/client.ts';
import type { CorrectionRequest, Problem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';

const isOurs = (path: unknown): boolean =>
  ['/api/quarantine', '/api/feeds', '/api/data-return'].some((ours) => String(path).startsWith(ours));

/** Sends a correction once at a time, says what came of it, and shows everything as it is afterwards. */
export const useCorrection = () => {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // One request until it is answered: after a lost connection the same one is sent again and done once
  const requestId = useRef(crypto.randomUUID());
  // A second click comes before the button is drawn as busy
  const busy = useRef(false);

  const send = async (request: Omit<CorrectionRequest, 'request_id'>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setSending(true);
    setProblem(null);
    try {
      const { data, error } = await api.POST('/api/quarantine/corrections', {
        body: { ...request, request_id: requestId.current },
      });
      if (error !== undefined) {
        setProblem(error);
        if (error.error === 'lost_connection') return false;
      }
      requestId.current = crypto.randomUUID();
      await client.invalidateQueries({ predicate: ({ queryKey: [, path] }) => isOurs(path) });
      if (data === undefined) return false;
      const { correction_id: _, dismissed, ...counts } = data;
      void message.success(
        dismissed > 0 ? t('quarantine.dismissed', { count: dismissed }) : t('quarantine.done', counts),
      );
      return true;
    } finally {
      busy.current = false;
      setSending(false);
    }
  };
  return { send, sending, problem };
};
