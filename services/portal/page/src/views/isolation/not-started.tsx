import type { IsolationMap } from '@managed-identity-lab/client';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import styles from './isolation.module.css';

/** Machines that could be on the map too, and the command that starts them. */
export function NotStarted({ sources }: { sources: IsolationMap['sources'] }) {
  const t = useTexts('isolation');
  const absent = sources.filter(({ running }) => !running);
  if (absent.length === 0) return null;
  const machines = absent.map(({ machine }) => machine).join(', ');
  const profiles = [...new Set(absent.map(({ profile = '' }) => profile))].join(' ');
  return (
    <div className={styles.absent}>
      <Rich of={t} text="not-started" values={{ machines, profiles }} />
    </div>
  );
}
