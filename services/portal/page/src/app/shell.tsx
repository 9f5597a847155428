import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useTexts } from '../texts/texts.ts';
import { ConnectionState } from './connection-state.tsx';
import { InForce } from './in-force.tsx';
import { Notices } from './notices.tsx';
import { Preferences } from './preferences.tsx';
import { useSession } from './session.ts';
import styles from './shell.module.css';
import { SignIn } from './sign-in.tsx';
import { VIEWS } from './views.ts';
import { Who } from './who.tsx';

/** What stands around every view: navigation, how the stream is, what is in force, and the reader's own choices. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTexts('shell');
  const [location] = useLocation();
  const isNobody = useSession()?.role === 'none';
  const main = useRef<HTMLElement>(null);
  const current = /^\/([\w-]*)/.exec(location)?.[1] ?? '';
  const before = useRef(current);
  useEffect(() => {
    // Who goes on by keyboard goes on in the view.
    if (before.current !== current && before.current !== '') main.current?.focus({ preventScroll: true });
    if (before.current !== current) window.scrollTo(0, 0);
    before.current = current;
  }, [current]);
  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {t('skip')}
      </button>
      <header className={styles.header}>
        <Link href="/" className={styles.name}>
          <img src="./icon.svg" alt="" width="28" height="28" />
          {t('title')}
        </Link>
        <div className={styles.states}>
          <Who />
          <InForce />
          <ConnectionState />
        </div>
        <Preferences />
      </header>
      {!isNobody && (
        <nav className={styles.navigation} aria-label={t('navigation')}>
          <ul>
            {VIEWS.map(({ name }) => (
              <NavigationEntry key={name} name={name} isCurrent={name === current} />
            ))}
          </ul>
        </nav>
      )}
      <main ref={main} tabIndex={-1} className={styles.main}>
        {isNobody ? <SignIn /> : children}
      </main>
      <Notices />
    </div>
  );
}

function NavigationEntry({ name, isCurrent }: { name: string; isCurrent: boolean }) {
  const t = useTexts(name);
  return (
    <li>
      <Link href={`/${name}`} className={styles.entry} {...(isCurrent && { 'aria-current': 'page' as const })}>
        {t('title')}
      </Link>
    </li>
  );
}
