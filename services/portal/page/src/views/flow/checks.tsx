import type { CheckMade } from '@lab/shared/events.ts';
import { Badge } from '../../ui/badge.tsx';
import styles from './step-details.module.css';
import { useWords } from './words.ts';

/** The checks that were made, in their order. The last one is the one that refused, if any did. */
export function Checks({ checks }: { checks: readonly CheckMade[] }) {
  const { t, check: called } = useWords();
  if (checks.length === 0) return null;
  return (
    <section>
      <h3>{t('checks')}</h3>
      <ol className={styles.checks}>
        {checks.map(({ check, outcome, reason }) => (
          <li key={check}>
            <Badge kind={outcome === 'passed' ? 'good' : 'bad'}>{t(`check-${outcome}`)}</Badge>
            <span>
              {called(check)}
              {reason !== undefined && <span className={styles.reason}>{reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
