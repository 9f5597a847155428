import type { ReactNode } from 'react';
import styles from './disclosure.module.css';

/** More for who wants to know. The browser's own, so that it is found by searching the page. */
export const Disclosure = ({
  summary,
  isOpen = false,
  children,
}: {
  summary: ReactNode;
  isOpen?: boolean;
  children: ReactNode;
}) => (
  <details className={styles.disclosure} open={isOpen}>
    <summary>{summary}</summary>
    <div className={styles.content}>{children}</div>
  </details>
);
