import { AzureError } from '@lab/shared/azure-error.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import { z } from 'zod';
import { EXERCISE_IDS } from '../exercises/exercise.ts';
import type { FoundStep } from './find-step.ts';
import { QUESTIONS, type Question } from './questions.ts';

export const QuizList = z.strictObject({
  questions: z.array(
    z.strictObject({
      id: z.string(),
      exercise: z.enum(EXERCISE_IDS).meta({ description: 'At the end of which exercise it is asked.' }),
      choices: z.array(z.string()),
      isInFlow: z.boolean().meta({ description: 'Whether a step of a flow shows the answer.' }),
      answered: z
        .strictObject({ choice: z.string(), correct: z.boolean() })
        .optional()
        .meta({ description: 'What was chosen last.' }),
    }),
  ),
});
export type QuizList = z.infer<typeof QuizList>;

export const QuizAnswer = z.strictObject({
  correct: z.boolean(),
  flow: z.string().optional().meta({ description: 'A flow of this lab that answers the question. Absent: none does.' }),
  step: z.int().optional().meta({ description: 'Which of its steps.' }),
});
export type QuizAnswer = z.infer<typeof QuizAnswer>;

/** What was chosen, by who answered and by question. */
export const Answers = z.record(z.string(), z.record(z.string(), z.string()));
export type Answers = z.infer<typeof Answers>;
export type AnswersStore = { read(): Answers; write(answers: Answers): void };

/** Forgotten with the process. */
export function answersInMemory(): AnswersStore {
  let kept: Answers = {};
  return {
    read: () => kept,
    write: (answers) => {
      kept = answers;
    },
  };
}

export type Quiz = {
  list(who: string): QuizList;
  /** @throws `not_found` QuestionNotFound; `invalid` NoSuchChoice. */
  answer(who: string, id: string, choice: string): Promise<QuizAnswer>;
};

/**
 * Whether answers are right, and where that can be seen: at a step of a flow that happened in this lab. Where there is none
 * yet, the sample program is run once to make one.
 *
 * @param options.find Looks for a step in the flows that somebody may see.
 * @param options.run  Runs the program on a machine, or on the first that somebody may use. May reject: the answer then has
 *                     no flow, and is right or wrong all the same.
 */
export function labQuiz({
  find,
  run,
  answers,
  questions = QUESTIONS,
}: {
  find: (who: string, isIt: (event: FlowEvent) => boolean) => Promise<FoundStep | undefined>;
  run: (who: string, workload: string | undefined) => Promise<unknown>;
  answers: AnswersStore;
  questions?: readonly Question[];
}): Quiz {
  const stepOf = async (who: string, { step, workload }: Question) => {
    if (!step) return undefined;
    const found = await find(who, step);
    if (found) return found;
    await run(who, workload);
    return find(who, step);
  };
  return {
    list: (who) => ({
      questions: questions.map(({ id, exercise, choices, right, step }) => {
        const choice = answers.read()[who]?.[id];
        const answered =
          choice === undefined || !choices.includes(choice) ? {} : { answered: { choice, correct: choice === right } };
        return { id, exercise, choices: [...choices], isInFlow: step !== undefined, ...answered };
      }),
    }),
    answer: async (who, id, choice) => {
      const question = questions.find((one) => one.id === id);
      if (!question) throw questionNotFound();
      if (!question.choices.includes(choice)) throw noSuchChoice();
      const kept = answers.read();
      answers.write({ ...kept, [who]: { ...kept[who], [id]: choice } });
      const found = await stepOf(who, question).catch(() => undefined);
      return { correct: choice === question.right, ...found };
    },
  };
}

const questionNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'QuestionNotFound', message: 'There is no such question in the quiz.' });

const noSuchChoice = () =>
  new AzureError({ kind: 'invalid', code: 'NoSuchChoice', message: 'That is none of the choices of the question.' });
