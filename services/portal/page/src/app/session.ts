import type { Session } from '@managed-identity-lab/client';
import { useSyncExternalStore } from 'react';
import { ask, isSilence, LabError, signInWith, whenNobody } from '../api/lab.ts';
import { untilAnswered } from '../api/until-answered.ts';
import { isToken, takeCode } from './session-code.ts';

/** Who the page is open for. Undefined: that is being found out. */
let session: Session | undefined;
const listeners = new Set<() => void>();

const tell = (found: Session): void => {
  session = found;
  for (const listener of listeners) listener();
};

/** Before anything is shown: a code in the address is taken out of it, and used. */
export async function openPage(): Promise<void> {
  const code = codeInAddress();
  remembered.read();
  // A code is tried once: every page that went on trying an old one would keep everybody else from signing in.
  whenNobody(() => {
    remembered.write(undefined);
    if (session?.role !== 'none') void findSession();
  });
  // A link that is followed in a tab that shows the page loads nothing anew. What was shown is the former person's.
  addEventListener('hashchange', () => {
    const other = codeInAddress();
    if (other === undefined) return;
    untilAnswered(
      () => signIn(other),
      FOREVER,
      () => {},
    ).then(
      () => location.reload(),
      () => findSession(),
    );
  });
  await findSession(code);
}

function codeInAddress(): string | undefined {
  const { code, hash } = takeCode(location.hash);
  if (code !== undefined) history.replaceState(null, '', hash === '' ? location.pathname : hash);
  return code;
}

/** @throws LabError where nobody has the code. */
export async function signIn(code: string): Promise<void> {
  tell(await sessionWith(code));
}

async function sessionWith(code: string): Promise<Session> {
  const found = await signInWith(code);
  remembered.write(code);
  return found;
}

/** On a machine of one's own one is at home again then; in a room, nobody. */
export async function signOut(): Promise<void> {
  remembered.write(undefined);
  await ask('DELETE', '/session').catch(() => {});
  await findSession();
}

/**
 * Ends when something can be shown. A lab that does not answer says so elsewhere; it is asked on, or a participant would stay
 * somebody else, and the code of their link, which is in the address no more, would be lost.
 */
function findSession(code?: string): Promise<void> {
  let untried = code;
  const find = async (): Promise<Session> => {
    if (untried !== undefined) {
      try {
        return await sessionWith(untried);
      } catch (error) {
        if (isSilence(error)) throw error;
        // Nobody has it: the page is for who it was for before.
        untried = undefined;
      }
    }
    const found = await ask<Session>('GET', '/session');
    // The portal was restarted, or the page was never loaded from it.
    return found.role === 'none' ? signInWith() : found;
  };
  return new Promise((shown) => {
    const showAs = (found: Session) => {
      tell(found);
      shown();
    };
    const showAtHome = () => showAs({ role: 'trainer' });
    untilAnswered(find, FOREVER, showAtHome).then(showAs, (error: unknown) =>
      error instanceof LabError && error.status === 401 ? showAs({ role: 'none' }) : showAtHome(),
    );
  });
}

/** The page asks for as long as it is there. */
const FOREVER = new AbortController().signal;

/** For as long as the tab lasts: who reloads the page after a restart of the portal is still there. */
const remembered = {
  read(): void {
    try {
      signInWith.code = sessionStorage.getItem(KEY) ?? undefined;
    } catch {
      // It lasts as long as the page.
    }
  },
  write(code: string | undefined): void {
    signInWith.code = code;
    try {
      if (code === undefined || isToken(code)) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, code);
    } catch {
      // As above.
    }
  },
};
const KEY = 'lab.code';

export const useSession = (): Session | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
