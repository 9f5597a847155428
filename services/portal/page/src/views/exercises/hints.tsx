import { useMemory } from '../../app/memory.ts';
import type { Values } from '../../texts/fill-in.ts';
import { type Texts, useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './exercises.module.css';
import { Guide } from './guide.tsx';

/** One after the other, for who asks. */
export function Hints({ name, words, values }: { name: string; words: Texts; values: Values }) {
  const t = useTexts('exercises');
  const [shown, setShown] = useMemory(`hints ${name}`, 0);
  let all = 0;
  while (words.has(`hint-${all + 1}`)) all += 1;
  if (all === 0) return null;
  return (
    <Panel title={t('hints')}>
      <ol className={styles.hints} aria-live="polite">
        {Array.from({ length: shown }, (_, index) => `hint-${index + 1}`).map((hint, index) => (
          <li key={hint}>
            <h3>{t('hint', { number: index + 1, all })}</h3>
            <Guide of={words} text={hint} values={values} />
          </li>
        ))}
      </ol>
      {shown < all && (
        <div className={styles.actions}>
          <Button onPress={() => setShown((before) => before + 1)}>{t('show-hint', { number: shown + 1, all })}</Button>
        </div>
      )}
    </Panel>
  );
}
