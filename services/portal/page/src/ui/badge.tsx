import type { ReactNode } from 'react';
import styles from './badge.module.css';

export type BadgeKind = 'good' | 'warning' | 'bad' | 'plain' | 'accent';

/** A sign besides the colour: nobody has to see colours to read it. */
const SIGNS: Readonly<Record<BadgeKind, string>> = { good: '✓', warning: '!', bad: '✗', plain: '·', accent: '●' };

export const Badge = ({ kind = 'plain', children }: { kind?: BadgeKind; children: ReactNode }) => (
  <span className={`${styles.badge} ${styles[kind]}`}>
    <span aria-hidden="true">{SIGNS[kind]}</span>
    {children}
  </span>
);
