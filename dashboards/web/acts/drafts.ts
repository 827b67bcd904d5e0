import type { Values } from './field.ts';

/** A form that is being filled. `request_id` names one filled form: sent again unchanged, it is done once. */
export interface Draft {
  readonly values: Values;
  readonly request_id: string;
  /** It went out at least once, and nobody knows what became of it. */
  readonly sent: boolean;
}

const PREFIX = 'yilian.draft:';

/** Random UUID, version 4. `crypto.randomUUID` is missing where a bureau serves the pages without TLS. */
export const newRequestId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/** The next draft when values change: what has gone out with other values must not be taken for this. */
export const changed = (draft: Draft | null, values: Values, newId: () => string = newRequestId): Draft => ({
  values,
  request_id: draft === null || draft.sent ? newId() : draft.request_id,
  sent: false,
});

/** Drafts of one user in this window: they outlive a reload and a lost session, not the window. */
export const createDrafts = (storage: Storage, user: string, subject: string) => {
  const key = (act: string): string => `${PREFIX}${user}:${subject}:${act}`;
  return {
    read: (act: string): Draft | null => {
      const kept = storage.getItem(key(act));
      return kept === null ? null : (JSON.parse(kept) as Draft);
    },
    write: (act: string, draft: Draft): void => storage.setItem(key(act), JSON.stringify(draft)),
    drop: (act: string): void => storage.removeItem(key(act)),
  };
};
export type Drafts = ReturnType<typeof createDrafts>;

/** On signing out: the next person at this computer finds nothing. */
export const dropAllDrafts = (storage: Storage): void => {
  for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
};
