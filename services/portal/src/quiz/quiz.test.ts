import type { FlowEvent } from '@lab/shared/events.ts';
import { describe, expect, it } from 'vitest';
import type { Question } from './questions.ts';
import { QUESTIONS } from './questions.ts';
import { answersInMemory, labQuiz } from './quiz.ts';

const EVENT: FlowEvent = {
  sequence: 1,
  service: 'imds',
  at: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  remoteAddress: '169.254.169.250',
  method: 'GET',
  host: '169.254.169.254',
  path: '/metadata/identity/oauth2/token',
  status: 200,
};
const QUESTION: Question = {
  id: 'receives',
  choices: ['entra', 'imds'],
  right: 'imds',
  exercise: 'first-token',
  step: ({ service, status }) => service === 'imds' && status === 200,
};
/** A step that happened. */
type KnownStep = { flow: string; step: number; event: FlowEvent };
const step = (flow: string, number: number, event: Partial<FlowEvent> = {}): KnownStep => ({
  flow,
  step: number,
  event: { ...EVENT, ...event },
});

function start({
  known = [] as readonly KnownStep[],
  made = [] as readonly KnownStep[],
  question = QUESTION,
  fails = false,
} = {}) {
  const runs: (string | undefined)[] = [];
  const quiz = labQuiz({
    find: async (_who, isIt) => {
      const found = (runs.length === 0 ? known : made).find(({ event }) => isIt(event));
      return found && { flow: found.flow, step: found.step };
    },
    run: async (_who, workload) => {
      runs.push(workload);
      if (fails) throw new Error('the agent is gone');
    },
    answers: answersInMemory(),
    questions: [question],
  });
  return { quiz, runs };
}

describe('an answer', () => {
  it.each([
    ['imds', true],
    ['entra', false],
  ])('is right or wrong: %s', async (choice, correct) => {
    const { quiz } = start({ known: [step('f1', 3)] });
    expect(await quiz.answer('trainer', 'receives', choice)).toEqual({ correct, flow: 'f1', step: 3 });
  });

  it('comes with the step that answers the question', async () => {
    const { quiz, runs } = start({ known: [step('f2', 1, { status: 400 }), step('f2', 2)] });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toMatchObject({ flow: 'f2', step: 2 });
    expect(runs).toEqual([]);
  });

  it('comes with a flow that is made for it where there is none yet', async () => {
    const { quiz, runs } = start({ made: [step('f9', 4)], question: { ...QUESTION, workload: 'func-app01' } });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, flow: 'f9', step: 4 });
    expect(runs).toEqual(['func-app01']);
  });

  it('is right without a flow where the program cannot be run', async () => {
    const { quiz } = start({ fails: true });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true });
  });

  it('is right without a flow where the program shows no such step', async () => {
    const { quiz, runs } = start({ made: [step('f9', 4, { status: 500 })] });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true });
    expect(runs).toHaveLength(1);
  });

  it('runs nothing for a question that no flow answers', async () => {
    const { step: _, ...without } = QUESTION;
    const { quiz, runs } = start({ question: without });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true });
    expect(runs).toEqual([]);
  });

  it.each([
    ['another', 'imds', 'QuestionNotFound'],
    ['receives', 'other', 'NoSuchChoice'],
    ['constructor', 'imds', 'QuestionNotFound'],
  ])('is refused of %s with %s', async (id, choice, code) => {
    await expect(start().quiz.answer('trainer', id, choice)).rejects.toMatchObject({ code });
  });

  it('is remembered for who gave it', async () => {
    const { quiz } = start({ known: [step('f1', 3)] });
    await quiz.answer('anna', 'receives', 'entra');
    await quiz.answer('anna', 'receives', 'imds');
    expect(quiz.list('anna').questions).toMatchObject([{ answered: { choice: 'imds', correct: true } }]);
    expect(quiz.list('bert').questions[0]).not.toHaveProperty('answered');
  });
});

describe('the questions', () => {
  it.each(QUESTIONS)(
    '$id has its right answer among at least three, and not always in one place',
    ({ choices, right }) => {
      expect(new Set(choices).size).toBe(choices.length);
      expect(choices.length).toBeGreaterThanOrEqual(3);
      expect(choices).toContain(right);
    },
  );

  it('do not say by their place which choice is right', () => {
    const places = QUESTIONS.map(({ choices, right }) => choices.indexOf(right));
    for (const place of [0, 1, 2])
      expect(places.filter((one) => one === place).length).toBeLessThan(places.length * 0.7);
  });

  it('have ids of their own', () => {
    expect(new Set(QUESTIONS.map(({ id }) => id)).size).toBe(QUESTIONS.length);
  });

  it('do not tell the right one in the list', () => {
    const { quiz } = start();
    expect(Object.keys(quiz.list('trainer').questions[0] ?? {})).toEqual(['id', 'exercise', 'choices', 'isInFlow']);
  });
});
