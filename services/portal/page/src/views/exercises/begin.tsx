import type { ExerciseState } from '@managed-identity-lab/client';
import { useState } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import styles from './exercises.module.css';
import type { Exercises } from './use-exercises.ts';

/** Brings the lab into the state that the exercise begins with; or takes it back, and what was reached with it. */
export function Begin({
  exercise: { id, state, startedAt },
  exercises,
}: {
  exercise: ExerciseState;
  exercises: Exercises;
}) {
  const t = useTexts('exercises');
  const [doing, setDoing] = useState<'begin' | 'reset'>();
  const [isAsked, setAsked] = useState(false);
  const [error, setError] = useState<Error>();
  const isBegun = startedAt !== undefined;
  const work = async (what: 'begin' | 'reset') => {
    setAsked(false);
    setDoing(what);
    setError(undefined);
    try {
      await exercises[what](id);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setDoing(undefined);
    }
  };
  return (
    <>
      <div className={styles.actions}>
        <Button
          kind={isBegun ? 'plain' : 'primary'}
          isPending={doing === 'begin'}
          isDisabled={doing === 'reset'}
          onPress={() => work('begin')}
        >
          {doing === 'begin' ? t('beginning') : isBegun ? t('begin-again') : t('begin')}
        </Button>
        {(isBegun || state === 'passed') && (
          <Button
            kind="quiet"
            isPending={doing === 'reset'}
            isDisabled={doing === 'begin'}
            onPress={() => setAsked(true)}
          >
            {doing === 'reset' ? t('resetting') : t('reset')}
          </Button>
        )}
      </div>
      {!isBegun && <p className={styles.quiet}>{t('begin-note')}</p>}
      <ErrorNote error={error} />
      <Dialog title={t('reset-title')} isOpen={isAsked} onClose={() => setAsked(false)}>
        <p>{t('reset-note')}</p>
        <div className={styles.actions}>
          <Button kind="danger" onPress={() => work('reset')}>
            {t('reset')}
          </Button>
          <Button onPress={() => setAsked(false)}>{t('cancel')}</Button>
        </div>
      </Dialog>
    </>
  );
}
