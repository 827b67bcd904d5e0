import { createContext, useContext } from 'react';
import type { Act, SignedIn } from '../api/types.ts';

export const SessionContext = createContext<SignedIn | null>(null);

/** Who is signed in, and what they may do. Only pages inside the shell ask. */
export const useSession = () => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('nobody is signed in');
  return { ...session, can: (act: Act): boolean => session.acts.includes(act) };
};
