import type { ReactNode } from 'react';
import { useRefusal } from '../texts/use-refusal.ts';
import styles from './note.module.css';
import { Said } from './said.tsx';

/** Something to know about what is shown. `isLive`: it came by itself, and screen readers say it. */
export const Note = ({
  kind = 'info',
  title,
  isLive = false,
  children,
}: {
  kind?: 'info' | 'good' | 'warning' | 'bad';
  title?: string;
  isLive?: boolean;
  children?: ReactNode;
}) => (
  <div className={`${styles.note} ${styles[kind]}`} {...(isLive && { role: kind === 'bad' ? 'alert' : 'status' })}>
    {title !== undefined && <strong>{title}</strong>}
    {children}
  </div>
);

/** Of `useAsk` and of actions: what went wrong, or that nobody has answered. */
export const ErrorNote = ({ error }: { error: Error | undefined }) => {
  const refusal = useRefusal(error);
  return (
    refusal !== undefined && (
      <Note kind="bad" isLive>
        <p>{refusal.sentence}</p>
        {refusal.words !== undefined && <Said by={refusal.by} words={refusal.words} />}
      </Note>
    )
  );
};
