import { randomBytes } from 'node:crypto';

/** Pages that are open, each known by a random word that its browser holds. In memory: a restart ends them all. */
export type PageSessions = {
  /** A new one; the oldest ends where there are too many. */
  open(): string;
  has(session: string): boolean;
};

export function pageSessions(most = 100): PageSessions {
  const sessions = new Set<string>();
  return {
    open: () => {
      const session = randomBytes(32).toString('base64url');
      sessions.add(session);
      const [oldest] = sessions;
      if (sessions.size > most && oldest !== undefined) sessions.delete(oldest);
      return session;
    },
    has: (session) => sessions.has(session),
  };
}
