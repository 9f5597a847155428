import { useState } from 'react';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { RadioGroup } from '../../ui/radio-group.tsx';
import { flowPath } from './flow-path.ts';
import styles from './quiz.module.css';
import type { Question as Asked, Quiz } from './use-quiz.ts';

/** A question with its choices; once it is answered, whether that is right, why, and the step of a flow that shows it or why none does. */
export function Question({ quiz, question }: { quiz: Quiz; question: Asked }) {
  const t = useTexts('quiz');
  const words = useTexts('quiz-questions');
  const known = quiz.answerTo(question);
  const [choice, setChoice] = useState(known?.choice);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<Error>();
  const { id, choices } = question;
  const chosen = choice ?? known?.choice;
  const answered = known && known.choice === chosen ? known : undefined;
  const isWithout = !question.isInFlow || answered?.without === 'exercise' || answered?.without === 'missing';

  const answer = async () => {
    if (chosen === undefined) return;
    setAsking(true);
    setError(undefined);
    try {
      await quiz.answer(question, chosen);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setAsking(false);
    }
  };
  return (
    <div className={styles.question}>
      <RadioGroup
        label={<Rich of={words} text={id} as="span" />}
        value={chosen}
        onChange={setChoice}
        options={choices.map((one) => ({ id: one, text: <Rich of={words} text={`${id}.${one}`} as="span" /> }))}
      />
      <div className={styles.actions}>
        {/* Always there: the focus stays where it was. */}
        <Button
          kind={answered?.flow ? 'quiet' : answered ? 'plain' : 'primary'}
          isPending={isAsking}
          isDisabled={chosen === undefined}
          onPress={answer}
        >
          {isAsking ? t('answering') : answered && question.isInFlow ? t('find') : t('answer')}
        </Button>
        {answered?.flow !== undefined && (
          <LinkButton href={flowPath(answered.flow, answered.step)}>{t('flow')}</LinkButton>
        )}
      </div>
      <ErrorNote error={error} />
      <div role="status">
        {answered && (
          <Note kind={answered.correct ? 'good' : 'warning'} title={answered.correct ? t('right') : t('wrong')}>
            {answered.correct ? <Rich of={words} text={`${id}.why`} /> : <p>{t('look')}</p>}
            {/* Not before: why nothing shows it tells what is right. */}
            {answered.correct && isWithout && <Rich of={words} text={`${id}.no-flow`} />}
            {answered.correct && answered.without === 'failed' && <p>{t('no-flow')}</p>}
          </Note>
        )}
      </div>
    </div>
  );
}
