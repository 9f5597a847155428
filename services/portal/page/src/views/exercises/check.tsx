import type { CheckedExercise, ExerciseState } from '@managed-identity-lab/client';
import { useState } from 'react';
import { LabError } from '../../api/lab.ts';
import { useMemory } from '../../app/memory.ts';
import { type Texts, useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './exercises.module.css';
import { Findings } from './findings.tsx';
import { Guide } from './guide.tsx';
import type { Exercises } from './use-exercises.ts';

type Attempted = CheckedExercise & { readonly startedAt: string | undefined };

/** What the person found out, and what the lab says of what they did. */
export function Check({
  exercise: { id, asks, startedAt },
  exercises,
  words,
}: {
  exercise: ExerciseState;
  exercises: Exercises;
  words: Texts;
}) {
  const t = useTexts('exercises');
  const [answers, setAnswers] = useMemory<Readonly<Record<string, string>>>(`answers ${id}`, {});
  const [checked, setChecked] = useMemory<Attempted | undefined>(`checked ${id}`, undefined);
  const [isChecking, setChecking] = useState(false);
  const [error, setError] = useState<Error>();
  const isBegun = startedAt !== undefined;
  // Of the attempt that is being worked on: what was found in another one says nothing.
  const current = checked?.startedAt === startedAt ? checked : undefined;
  const check = async () => {
    setChecking(true);
    setError(undefined);
    try {
      const found = await exercises.check(id, answers);
      setChecked(() => ({ ...found, startedAt }));
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setChecking(false);
    }
  };
  const hasEnded = error instanceof LabError && error.code === 'ExerciseNotStarted';
  return (
    <Panel title={t('check')}>
      {asks.length > 0 && (
        <fieldset className={styles.answers}>
          <legend>{t('answers')}</legend>
          {asks.map((asked) => (
            <TextField
              key={asked}
              label={words(`ask.${asked}`, exercises.scene)}
              isCode
              value={answers[asked] ?? ''}
              onChange={(answer) => setAnswers((before) => ({ ...before, [asked]: answer }))}
            />
          ))}
        </fieldset>
      )}
      <div className={styles.actions}>
        <Button kind="primary" isPending={isChecking} isDisabled={!isBegun} onPress={check}>
          {isChecking ? t('checking') : t('check-now')}
        </Button>
        <span className={styles.quiet}>{isBegun ? t('check-note') : t('not-started')}</span>
      </div>
      {hasEnded ? <Note kind="warning">{t('ended')}</Note> : <ErrorNote error={error} />}
      <div role="status" className={styles.result}>
        {current && <Findings checked={current} words={words} values={exercises.scene} />}
      </div>
      {current?.passed && (
        <Note kind="good" title={t('passed')}>
          <Guide of={words} text="learned" values={exercises.scene} />
        </Note>
      )}
    </Panel>
  );
}
