import type { ReactNode } from 'react';
import styles from './access.module.css';

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values of one thing. */
export const Facts = ({ facts }: { facts: readonly (Fact | undefined)[] }) => (
  <dl className={styles.facts}>
    {facts
      .filter((fact) => fact !== undefined)
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);

/** An id, which people copy. */
export const Id = ({ children }: { children: string }) => <code className={styles.id}>{children}</code>;
