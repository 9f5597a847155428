import type { QuizAnswer, QuizList } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';

export type Question = QuizList['questions'][number];

/** What is known of the answer to a question: right or wrong, and where that is seen. */
export type Answered = { readonly choice: string } & QuizAnswer;

export type Quiz = {
  readonly questions: readonly Question[];
  readonly error: Error | undefined;
  /** The answer that was given last, here or before. */
  answerTo(question: Question): Answered | undefined;
  answer(question: Question, choice: string): Promise<Answered>;
};

/** The questions of the lab, and the answers to them. What is right the lab says. */
export function useQuiz(): Quiz {
  const { data, error } = useAsk('quiz', (signal) => ask<QuizList>('GET', '/quiz', undefined, signal));
  const [given, setGiven] = useState<Readonly<Record<string, Answered>>>({});
  return {
    questions: data?.questions ?? [],
    error,
    answerTo: ({ id, answered }) => given[id] ?? answered,
    answer: async ({ id }, choice) => {
      const answer = await ask<QuizAnswer>('POST', `/quiz/${id}/answer`, { choice });
      const answered = { choice, ...answer };
      setGiven((before) => ({ ...before, [id]: answered }));
      return answered;
    },
  };
}
