import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api } from '../api/client.ts';
import type { CaseCommand, Problem, ReferralCommand } from '../api/types.ts';
import type { Values } from './field.ts';

export interface Subject {
  readonly kind: 'case' | 'referral';
  readonly id: string;
  /** What the page shows: another version now is a conflict. */
  readonly version: number;
}

/** Why the last command was not done, and which version the person had seen. */
export interface Refused extends Problem {
  readonly seen: number;
}

/** What commands change. The chart and the list of regions stay. */
const CHANGED = ['/api/cases', '/api/cases/{case_id}', '/api/warnings', '/api/warnings/facets', '/api/referrals'];

const send = async ({ kind, id, version }: Subject, request_id: string, command: Values) =>
  kind === 'case'
    ? // The form is made of the contract's fields and the server parses it: its problems come back as words
      await api.POST('/api/cases/{case_id}/commands', {
        params: { path: { case_id: id } },
        body: { version, request_id, command: command as CaseCommand },
      })
    : await api.POST('/api/referrals/{referral_id}/commands', {
        params: { path: { referral_id: id } },
        body: { version, request_id, command: command as ReferralCommand },
      });

/** Sends a command once at a time, and shows the subject as it is afterwards. */
export const useCommand = (subject: Subject) => {
  const client = useQueryClient();
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  // A second click comes before the button is drawn as busy
  const busy = useRef(false);

  const refresh = (): Promise<void> =>
    client.invalidateQueries({
      predicate: ({ queryKey: [, path] }) =>
        CHANGED.includes(String(path)) || String(path).startsWith('/api/referrals/'),
    });

  const submit = async (request_id: string, command: Values): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setSending(true);
    setRefused(null);
    try {
      const { error } = await send(subject, request_id, command);
      if (error !== undefined) setRefused({ ...error, seen: subject.version });
      // After a lost connection nobody knows: the reader's next look decides, not this request
      if (error?.error !== 'lost_connection') await refresh();
      return error === undefined;
    } finally {
      busy.current = false;
      setSending(false);
    }
  };
  return { submit, sending, refused, clear: () => setRefused(null) };
};
