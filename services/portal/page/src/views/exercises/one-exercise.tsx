import type { ExerciseState } from '@managed-identity-lab/client';
import { Link } from 'wouter';
import { useTexts } from '../../texts/texts.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ExerciseQuiz } from '../quiz/exercise-quiz.tsx';
import { Begin } from './begin.tsx';
import { Check } from './check.tsx';
import { ClientSecret } from './client-secret/index.tsx';
import { StateBadge } from './exercise-list.tsx';
import styles from './exercises.module.css';
import { Guide } from './guide.tsx';
import { Hints } from './hints.tsx';
import { Needs } from './needs.tsx';
import type { Exercises } from './use-exercises.ts';

/** One exercise: its story, what is to be done, hints, and whether it is. */
export function OneExercise({ id, exercises }: { id: string; exercises: Exercises }) {
  const t = useTexts('exercises');
  const { all, error } = exercises;
  const at = all?.findIndex((one) => one.id === id) ?? -1;
  const exercise = all?.[at];
  if (all && exercise) {
    return <Loaded exercise={exercise} exercises={exercises} number={at + 1} all={all} />;
  }
  return (
    <Page texts={t}>
      <ErrorNote error={error} />
      {!all && !error && <Loading />}
      {all && <Note kind="warning">{t('unknown')}</Note>}
      {all && <Link href="/exercises">{t('all')}</Link>}
    </Page>
  );
}

function Loaded({
  exercise,
  exercises,
  number,
  all,
}: {
  exercise: ExerciseState;
  exercises: Exercises;
  number: number;
  all: readonly ExerciseState[];
}) {
  const t = useTexts('exercises');
  const words = useTexts(`exercises/${exercise.id}`);
  const { scene } = exercises;
  const next = all[number];
  return (
    <Page
      texts={words}
      actions={
        <>
          <span className={styles.states}>
            <StateBadge state={exercise.state} />
          </span>
          <LinkButton kind="quiet" href="/exercises">
            {t('all')}
          </LinkButton>
        </>
      }
    >
      <p className={styles.place}>{t('of-all', { number, all: all.length })}</p>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel title={t('story')}>
            <Guide of={words} text="story" values={scene} />
          </Panel>
          <Panel title={t('task')}>
            <Guide of={words} text="task" values={scene} />
            {exercise.ready ? <Begin exercise={exercise} exercises={exercises} /> : <Needs exercise={exercise} />}
          </Panel>
          {exercise.id === 'client-secret' && <ClientSecret startedAt={exercise.startedAt} />}
          <Hints name={exercise.id} words={words} values={scene} />
        </div>
        <div className={styles.column}>
          <Check exercise={exercise} exercises={exercises} words={words} />
          <ExerciseQuiz exercise={exercise.id} />
        </div>
      </div>
      {next && <Next id={next.id} />}
    </Page>
  );
}

function Next({ id }: { id: string }) {
  const t = useTexts('exercises');
  const words = useTexts(`exercises/${id}`);
  return (
    <p>
      <LinkButton href={`/exercises/${id}`}>{t('next', { title: words('title') })}</LinkButton>
    </p>
  );
}
