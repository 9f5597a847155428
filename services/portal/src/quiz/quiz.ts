import { AzureError } from '@lab/shared/azure-error.ts';
import { z } from 'zod';
import { EXERCISE_IDS } from '../exercises/exercise.ts';
import type { Stage } from './acts.ts';
import type { FoundStep } from './find-step.ts';
import type { MakeFlow } from './make-flow.ts';
import { QUESTIONS, type Question, type QuestionFlow } from './questions.ts';
import type { IsStep } from './steps.ts';

export const QuizList = z.strictObject({
  questions: z.array(
    z.strictObject({
      id: z.string(),
      exercise: z.enum(EXERCISE_IDS).meta({ description: 'At the end of which exercise it is asked.' }),
      choices: z.array(z.string()),
      isInFlow: z.boolean().meta({ description: 'Whether a step of some flow shows the answer.' }),
      answered: z
        .strictObject({ choice: z.string(), correct: z.boolean() })
        .optional()
        .meta({ description: 'What was chosen last.' }),
    }),
  ),
});
export type QuizList = z.infer<typeof QuizList>;

const WITHOUT = ['never', 'exercise', 'missing', 'failed'] as const;
type Without = (typeof WITHOUT)[number];

export const QuizAnswer = z.strictObject({
  correct: z.boolean(),
  flow: z.string().optional().meta({ description: 'A flow of this lab that answers the question.' }),
  step: z.int().optional().meta({ description: 'Which of its steps.' }),
  without: z
    .enum(WITHOUT)
    .optional()
    .meta({
      description:
        'Why there is no flow. `never`: no step of any shows it. `exercise`: it would change the lab for everybody, and the ' +
        'exercise does that. `missing`: the lab, or who asks, has not what it takes. `failed`: it could not be made just now.',
    }),
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
 * yet, one is made, if that changes nothing for others.
 *
 * @param options.find  Looks for a step in the flows that somebody may see.
 * @param options.stage What somebody has to make a flow with. What goes wrong with it leaves the answer without a flow, and
 *                      right or wrong all the same.
 */
export function labQuiz({
  find,
  stage,
  make,
  pause,
  answers,
  questions = QUESTIONS,
}: {
  find: (who: string, isStep: IsStep) => Promise<FoundStep | undefined>;
  stage: (who: string) => Promise<Stage>;
  make: MakeFlow;
  /** @param ms How long. */
  pause: (ms: number) => Promise<void>;
  answers: AnswersStore;
  questions?: readonly Question[];
}): Quiz {
  const shownBy = async (who: string, id: string, flow: QuestionFlow | undefined): Promise<Shown> => {
    if (!flow) return { without: 'never' };
    const { isStep, act, needs = [] } = flow;
    const found = await find(who, isStep);
    if (found) return found;
    if (!act) return { without: 'exercise' };
    const place = await stage(who);
    if (needs.some((need) => !place.has.has(need))) return { without: 'missing' };
    await make(id, act, place);
    // A service tells of a request a moment after it has answered it.
    for (let looked = 0; looked < MOST_LOOKS; looked += 1) {
      const step = await find(who, isStep);
      if (step) return step;
      await pause(BETWEEN_LOOKS_MS);
    }
    return { without: 'failed' };
  };
  return {
    list: (who) => ({
      questions: questions.map(({ id, exercise, choices, right, flow }) => {
        const choice = answers.read()[who]?.[id];
        const answered =
          choice === undefined || !choices.includes(choice) ? {} : { answered: { choice, correct: choice === right } };
        return { id, exercise, choices: [...choices], isInFlow: flow !== undefined, ...answered };
      }),
    }),
    answer: async (who, id, choice) => {
      const question = questions.find((one) => one.id === id);
      if (!question) throw questionNotFound();
      if (!question.choices.includes(choice)) throw noSuchChoice();
      const kept = answers.read();
      answers.write({ ...kept, [who]: { ...kept[who], [id]: choice } });
      const shown = await shownBy(who, id, question.flow).catch((): Shown => ({ without: 'failed' }));
      return { correct: choice === question.right, ...shown };
    },
  };
}

type Shown = FoundStep | { readonly without: Without };

const MOST_LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;

const questionNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'QuestionNotFound', message: 'There is no such question in the quiz.' });

const noSuchChoice = () =>
  new AzureError({ kind: 'invalid', code: 'NoSuchChoice', message: 'That is none of the choices of the question.' });
