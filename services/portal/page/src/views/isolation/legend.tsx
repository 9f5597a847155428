import { useTexts } from '../../texts/texts.ts';
import styles from './isolation.module.css';
import { SIGNS, type Verdict } from './verdict.ts';

const SHOWN: readonly Verdict[] = ['reached', 'stopped', 'refused'];

/** What signs and colours of the map mean, and how it is walked through. */
export function Legend() {
  const t = useTexts('isolation');
  return (
    <div className={styles.legend}>
      <ul>
        {SHOWN.map((verdict) => (
          <li key={verdict}>
            <span className={`${styles.sign} ${styles[verdict]}`} aria-hidden="true">
              {SIGNS[verdict]}
            </span>
            {t(`legend.${verdict}`)}
          </li>
        ))}
      </ul>
      <p>{t('hint')}</p>
    </div>
  );
}
