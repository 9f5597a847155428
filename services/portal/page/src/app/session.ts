import type { Session } from '@managed-identity-lab/client';
import { useSyncExternalStore } from 'react';
import { ask, LabError, signInWith, whenNobody } from '../api/lab.ts';
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
    if (other !== undefined) signIn(other).then(() => location.reload(), findSession);
  });
  await (code === undefined ? findSession() : signIn(code).catch(findSession));
}

function codeInAddress(): string | undefined {
  const { code, hash } = takeCode(location.hash);
  if (code !== undefined) history.replaceState(null, '', hash === '' ? location.pathname : hash);
  return code;
}

/** @throws LabError where nobody has the code. */
export async function signIn(code: string): Promise<void> {
  const found = await signInWith(code);
  remembered.write(code);
  tell(found);
}

/** On a machine of one's own one is at home again then; in a room, nobody. */
export async function signOut(): Promise<void> {
  remembered.write(undefined);
  await ask('DELETE', '/session').catch(() => {});
  await findSession();
}

async function findSession(): Promise<void> {
  try {
    const found = await ask<Session>('GET', '/session');
    // The portal was restarted, or the page was never loaded from it.
    tell(found.role === 'none' ? await signInWith() : found);
  } catch (error) {
    // A lab that does not answer says so elsewhere, and the page heals by itself.
    tell({ role: error instanceof LabError && error.status === 401 ? 'none' : 'trainer' });
  }
}

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
