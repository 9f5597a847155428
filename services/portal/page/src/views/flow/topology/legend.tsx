import { useTexts } from '../../../texts/texts.ts';
import { DASHES } from './shapes.ts';
import styles from './topology.module.css';

const OUTCOMES = ['succeeded', 'challenged', 'failed'] as const;

/** What lines that are lit mean. */
export function Legend() {
  const [t, outcomes] = [useTexts('topology'), useTexts('flow')];
  return (
    <>
      <ul className={styles.legend}>
        {OUTCOMES.map((outcome) => (
          <li key={outcome}>
            <svg viewBox="0 0 48 12" aria-hidden="true">
              <path d="M3 6H35" className={styles.strand} strokeDasharray={DASHES[outcome]} />
              <path d="M47 6L35 0V12Z" />
            </svg>
            {outcomes(`outcome.${outcome}`)}
          </li>
        ))}
      </ul>
      <p>{t('legend')}</p>
    </>
  );
}
