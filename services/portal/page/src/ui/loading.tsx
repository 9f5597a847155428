import { useTexts } from '../texts/texts.ts';
import styles from './loading.module.css';

/** Shows itself after a moment only: most answers are there before. */
export function Loading() {
  const t = useTexts('shell');
  return (
    <p className={styles.loading} role="status">
      {t('loading')}
    </p>
  );
}
