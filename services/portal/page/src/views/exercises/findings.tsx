import type { CheckedExercise } from '@managed-identity-lab/client';
import type { Values } from '../../texts/fill-in.ts';
import { Rich } from '../../texts/rich.tsx';
import { type Texts, useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import styles from './exercises.module.css';

/** What is done, and of what is not, what is missing. */
export function Findings({ checked, words, values }: { checked: CheckedExercise; words: Texts; values: Values }) {
  const t = useTexts('exercises');
  const { findings } = checked;
  return (
    <>
      <p>{t('result', { passed: findings.filter(({ passed }) => passed).length, all: findings.length })}</p>
      <ul className={styles.findings}>
        {findings.map(({ id, passed, values: found }) => (
          <li key={id}>
            <Badge kind={passed ? 'good' : 'warning'}>{passed ? t('done') : t('not-done')}</Badge>
            <Rich
              of={words}
              text={`${passed ? 'finding' : 'missing'}.${id}`}
              values={{ ...values, ...found }}
              as="span"
            />
          </li>
        ))}
      </ul>
    </>
  );
}
