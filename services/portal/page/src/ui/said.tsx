import { useTexts } from '../texts/texts.ts';
import styles from './said.module.css';

/** The words of somebody who does not speak the language of the page: as they came, and whose they are. */
export function Said({ by = 'service', words }: { by?: 'service' | 'program' | 'lab' | 'page'; words: string }) {
  const t = useTexts('shell');
  return (
    <span className={styles.said}>
      {t(`said.${by}`)} <code lang="en">{words}</code>
    </span>
  );
}
