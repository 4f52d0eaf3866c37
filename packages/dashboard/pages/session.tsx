import { createContext, useContext } from 'react';
import type { Right, Session } from './api.js';

export const SessionContext = createContext<Session | null>(null);

/** Who looks at the pages. Below the shell there always is somebody. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no session above this component.');
  return session;
}

/** Whether they may do something. */
export function useRight(right: Right): boolean {
  return useSession().can.includes(right);
}
