import type { ExerciseState } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useSession } from '../../app/session.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import styles from './exercises.module.css';
import type { Exercises } from './use-exercises.ts';

type Work = 'begin' | 'reset';

/**
 * Brings the lab into the state that the exercise begins with; or takes it back, and what was reached with it. The trainer's
 * lab is everybody's: where others share it, they are told first what that takes from them.
 */
export function Begin({
  exercise: { id, state, startedAt },
  exercises,
}: {
  exercise: ExerciseState;
  exercises: Exercises;
}) {
  const t = useTexts('exercises');
  const isTrainer = useSession()?.role !== 'participant';
  const [doing, setDoing] = useState<Work>();
  const [asked, setAsked] = useState<{ readonly what: Work; readonly others: number }>();
  const [error, setError] = useState<Error>();
  const isBegun = startedAt !== undefined;
  const attempt = async (what: Work, work: () => Promise<void>) => {
    setAsked(undefined);
    setDoing(what);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setDoing(undefined);
    }
  };
  const work = (what: Work) => attempt(what, () => exercises[what](id));
  const press = (what: Work) =>
    attempt(what, async () => {
      const changesLab = what === 'begin' || isBegun;
      const others = isTrainer && changesLab ? await participantsHere() : 0;
      if (what === 'reset' || others > 0) setAsked({ what, others });
      else await exercises.begin(id);
    });
  return (
    <>
      <div className={styles.actions}>
        <Button
          kind={isBegun ? 'plain' : 'primary'}
          isPending={doing === 'begin'}
          isDisabled={doing === 'reset'}
          onPress={() => press('begin')}
        >
          {doing === 'begin' ? t('beginning') : isBegun ? t('begin-again') : t('begin')}
        </Button>
        {(isBegun || state === 'passed') && (
          <Button
            kind="quiet"
            isPending={doing === 'reset'}
            isDisabled={doing === 'begin'}
            onPress={() => press('reset')}
          >
            {doing === 'reset' ? t('resetting') : t('reset')}
          </Button>
        )}
      </div>
      {!isBegun && <p className={styles.quiet}>{t('begin-note')}</p>}
      <ErrorNote error={error} />
      <Dialog
        title={t(asked?.what === 'begin' ? 'begin-title' : 'reset-title')}
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
      >
        {asked?.what === 'reset' && <p>{t('reset-note')}</p>}
        {asked !== undefined && asked.others > 0 && <p>{t('others-note', { others: asked.others })}</p>}
        <div className={styles.actions}>
          <Button kind="danger" onPress={() => asked && work(asked.what)}>
            {t(asked?.what === 'begin' ? 'begin-anyway' : 'reset')}
          </Button>
          <Button onPress={() => setAsked(undefined)}>{t('cancel')}</Button>
        </div>
      </Dialog>
    </>
  );
}

/** How many share the lab. */
async function participantsHere(): Promise<number> {
  const { participants } = await ask<{ readonly participants: readonly unknown[] }>('GET', '/participants');
  return participants.length;
}
