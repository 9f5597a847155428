import { randomBytes } from 'node:crypto';
import type { Caller } from './caller.ts';

/** Pages that are open, each known by a random word that its browser holds. In memory: a restart ends them all. */
export type PageSessions = {
  /** A new one. Where somebody has too many, their oldest ends, and nobody else's. */
  open(caller: Caller): string;
  callerOf(session: string): Caller | undefined;
  close(session: string): void;
  /** Whether this participant has any. */
  isSignedIn(participant: string): boolean;
};

export function pageSessions(most = 100): PageSessions {
  const sessions = new Map<string, Caller>();
  const ofTheSame = (caller: Caller) => [...sessions].filter(([, other]) => nameOf(other) === nameOf(caller));
  return {
    open: (caller) => {
      const session = randomBytes(32).toString('base64url');
      sessions.set(session, caller);
      const own = ofTheSame(caller);
      const [oldest] = own;
      if (own.length > most && oldest) sessions.delete(oldest[0]);
      return session;
    },
    callerOf: (session) => sessions.get(session),
    close: (session) => {
      sessions.delete(session);
    },
    isSignedIn: (participant) => ofTheSame({ role: 'participant', participant }).length > 0,
  };
}

const nameOf = (caller: Caller): string => (caller.role === 'trainer' ? '' : caller.participant);
