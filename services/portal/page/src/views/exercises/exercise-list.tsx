import type { ExerciseState } from '@managed-identity-lab/client';
import { Link } from 'wouter';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import styles from './exercises.module.css';
import { Needs } from './needs.tsx';
import type { Exercises } from './use-exercises.ts';

/** All exercises in their order, and how far each is done. */
export function ExerciseList({ exercises: { all, scene, error } }: { exercises: Exercises }) {
  const t = useTexts('exercises');
  const passed = all?.filter(({ state }) => state === 'passed').length ?? 0;
  return (
    <Page texts={t}>
      <ErrorNote error={error} />
      {!all && !error && <Loading />}
      {all && (
        <>
          <div className={styles.progress}>
            <progress value={passed} max={all.length} aria-labelledby="progress-in-words" />
            <span id="progress-in-words">{t('progress', { passed, all: all.length })}</span>
          </div>
          <ol className={styles.list}>
            {all.map((exercise, index) => (
              <Entry key={exercise.id} exercise={exercise} number={index + 1} scene={scene} />
            ))}
          </ol>
        </>
      )}
    </Page>
  );
}

function Entry({ exercise, number, scene }: { exercise: ExerciseState; number: number; scene: Exercises['scene'] }) {
  const { id, state, startedAt, ready } = exercise;
  const t = useTexts('exercises');
  const words = useTexts(`exercises/${id}`);
  return (
    <li className={styles.entry}>
      <span className={styles.number} aria-hidden="true">
        {number}
      </span>
      <div>
        <h2>
          <Link href={`/exercises/${id}`}>{words('title')}</Link>
        </h2>
        <Rich of={words} text="teaser" values={scene} as="p" />
        {!ready && <Needs exercise={exercise} />}
      </div>
      <span className={styles.states}>
        {startedAt !== undefined && state === 'passed' && <Badge kind="accent">{t('working')}</Badge>}
        <StateBadge state={state} />
      </span>
    </li>
  );
}

const KINDS = { new: 'plain', started: 'accent', passed: 'good' } as const;

export function StateBadge({ state }: { state: ExerciseState['state'] }) {
  const t = useTexts('exercises');
  return <Badge kind={KINDS[state]}>{t(`state.${state}`)}</Badge>;
}
