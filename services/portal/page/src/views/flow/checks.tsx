import type { CheckMade } from '@lab/shared/events.ts';
import { useCheckWords, type Where } from '../../texts/check-words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Said } from '../../ui/said.tsx';
import styles from './step-details.module.css';
import { useWords } from './words.ts';

/** The checks that were made, in their order. The last one is the one that refused, if any did. */
export function Checks({ checks, where }: { checks: readonly CheckMade[]; where: Where }) {
  const { t } = useWords();
  const words = useCheckWords();
  if (checks.length === 0) return null;
  return (
    <section>
      <h3>{t('checks')}</h3>
      <ol className={styles.checks}>
        {checks.map(({ check, outcome, reason }) => (
          <li key={check}>
            <Badge kind={outcome === 'passed' ? 'good' : 'bad'}>{t(`check-${outcome}`)}</Badge>
            <span>
              {words.name(check, where)}
              {outcome === 'failed' && <span className={styles.reason}>{words.failed(check, where)}</span>}
              {reason !== undefined && <Said words={reason} />}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
