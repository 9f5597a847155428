import { useTexts } from '../../texts/texts.ts';
import { ErrorNote } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Question } from './question.tsx';
import { useQuiz } from './use-quiz.ts';

/** The questions that belong to an exercise, at its end. */
export function ExerciseQuiz({ exercise }: { exercise: string }) {
  const t = useTexts('quiz');
  const quiz = useQuiz();
  const asked = quiz.questions.filter((question) => question.exercise === exercise);
  if (asked.length === 0 && !quiz.error) return null;
  return (
    <Panel title={t('of-exercise')}>
      <ErrorNote error={quiz.error} />
      {asked.map((question) => (
        <Question key={question.id} quiz={quiz} question={question} />
      ))}
    </Panel>
  );
}
