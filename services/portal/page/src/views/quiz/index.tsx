import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useTexts } from '../../texts/texts.ts';
import { LinkButton } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Question } from './question.tsx';
import styles from './quiz.module.css';
import { useQuiz } from './use-quiz.ts';

/** All questions, one at a time: `#/quiz/{question}`. The address names none: the first that has no right answer yet. */
export default function QuizView() {
  const t = useTexts('quiz');
  const quiz = useQuiz();
  const [location] = useLocation();
  const named = location.split(/[/?]/)[2];
  const { questions } = quiz;
  const isRight = (one: (typeof questions)[number]) => quiz.answerTo(one)?.correct === true;
  const [first, setFirst] = useState<string>();
  useEffect(() => {
    // Once: an answer does not take the question away from under who reads why.
    if (first === undefined && questions.length > 0)
      setFirst((questions.find((one) => !isRight(one)) ?? questions[0])?.id);
  });
  const at = questions.findIndex(({ id }) => id === (named ?? first));
  const question = questions[at];
  const right = questions.filter(isRight).length;
  return (
    <Page texts={t}>
      <ErrorNote error={quiz.error} />
      {questions.length > 0 && (
        <nav aria-label={t('questions')} className={styles.overview}>
          <p>{t('progress', { right, all: questions.length })}</p>
          <ol>
            {questions.map((one, index) => {
              const state = stateOf(quiz.answerTo(one)?.correct);
              return (
                <li key={one.id}>
                  <Link
                    href={`/quiz/${one.id}`}
                    className={`${styles.number} ${styles[state]}`}
                    aria-current={one === question ? 'step' : undefined}
                    aria-label={t(`number.${state}`, { number: index + 1 })}
                  >
                    {index + 1}
                    <span aria-hidden="true">{SIGN[state]}</span>
                  </Link>
                </li>
              );
            })}
          </ol>
        </nav>
      )}
      {question && (
        <Panel title={t('question', { number: at + 1, all: questions.length })}>
          <Question key={question.id} quiz={quiz} question={question} />
          <div className={styles.ways}>
            <Way to={questions[at - 1]?.id} text={t('previous')} />
            <Way to={questions[at + 1]?.id} text={t('next')} />
            <LinkButton kind="quiet" href={`/exercises/${question.exercise}`}>
              {t('exercise')}
            </LinkButton>
          </div>
        </Panel>
      )}
      {questions.length > 0 && !question && <p>{t('unknown')}</p>}
    </Page>
  );
}

const Way = ({ to, text }: { to: string | undefined; text: string }) =>
  to === undefined ? null : <LinkButton href={`/quiz/${to}`}>{text}</LinkButton>;

const stateOf = (correct: boolean | undefined): 'open' | 'right' | 'wrong' =>
  correct === undefined ? 'open' : correct ? 'right' : 'wrong';

const SIGN = { open: '', right: '✓', wrong: '✗' } as const;
