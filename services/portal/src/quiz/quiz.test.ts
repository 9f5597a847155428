import { readFileSync } from 'node:fs';
import type { FlowEvent } from '@lab/shared/events.ts';
import { describe, expect, it } from 'vitest';
import { parseTexts } from '../../page/build/parse-texts.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';
import type { Act, StageNeed } from './acts.ts';
import type { Question, QuestionFlow } from './questions.ts';
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
const act: Act = async () => {};
const FLOW: QuestionFlow = { isStep: ({ service, status }) => service === 'imds' && status === 200, act };
const QUESTION: Question = {
  id: 'receives',
  choices: ['entra', 'imds'],
  right: 'imds',
  exercise: 'first-token',
  flow: FLOW,
};
/** A step that happened. */
type KnownStep = { flow: string; step: number; event: FlowEvent };
const step = (flow: string, number: number, event: Partial<FlowEvent> = {}): KnownStep => ({
  flow,
  step: number,
  event: { ...EVENT, ...event },
});

/** @param after How often the services are asked in vain once a flow is made. */
function start({
  known = [] as readonly KnownStep[],
  made = [] as readonly KnownStep[],
  question = QUESTION,
  has = [] as readonly StageNeed[],
  after = 0,
  fails = false,
} = {}) {
  const makes: string[] = [];
  let looks = 0;
  const quiz = labQuiz({
    find: async (_who, isStep) => {
      if (makes.length > 0) looks += 1;
      const all = makes.length > 0 && looks > after ? made : known;
      const found = all.find(({ event }) => isStep(event, []));
      return found && { flow: found.flow, step: found.step };
    },
    stage: async () => ({ scene: DEFAULT_SCENE, workload: 'app', others: new Map(), has: new Set(has) }),
    make: async (id, does) => {
      expect(does).toBe(act);
      makes.push(id);
      if (fails) throw new Error('the agent is gone');
    },
    pause: async () => {},
    answers: answersInMemory(),
    questions: [question],
  });
  return { quiz, makes };
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
    const { quiz, makes } = start({ known: [step('f2', 1, { status: 400 }), step('f2', 2)] });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toMatchObject({ flow: 'f2', step: 2 });
    expect(makes).toEqual([]);
  });

  it('comes with a flow that is made for it where there is none yet, also where it is told of a little later', async () => {
    const { quiz, makes } = start({ made: [step('f9', 4)], after: 3 });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, flow: 'f9', step: 4 });
    expect(makes).toEqual(['receives']);
  });

  it('is right without a flow where none could be made, and says so', async () => {
    const { quiz } = start({ fails: true });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, without: 'failed' });
  });

  it('is right without a flow where what was made shows no such step', async () => {
    const { quiz, makes } = start({ made: [step('f9', 4, { status: 500 })] });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, without: 'failed' });
    expect(makes).toHaveLength(1);
  });

  it('says that no flow can show it, and makes none', async () => {
    const { flow: _, ...question } = QUESTION;
    const { quiz, makes } = start({ question });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, without: 'never' });
    expect(makes).toEqual([]);
  });

  it('says that its exercise makes the flow, and shows it when that has been done', async () => {
    const question = { ...QUESTION, flow: { isStep: FLOW.isStep } };
    const { quiz, makes } = start({ question });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, without: 'exercise' });
    expect(makes).toEqual([]);
    const done = start({ question, known: [step('f1', 3)] });
    expect(await done.quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, flow: 'f1', step: 3 });
  });

  it('says that the lab does not have what it takes, and makes the flow where it has', async () => {
    const question = { ...QUESTION, flow: { ...FLOW, needs: ['outsider', 'isolation'] as const } };
    const { quiz, makes } = start({ question, made: [step('f9', 4)], has: ['isolation'] });
    expect(await quiz.answer('trainer', 'receives', 'imds')).toEqual({ correct: true, without: 'missing' });
    expect(makes).toEqual([]);
    const whole = start({ question, made: [step('f9', 4)], has: ['outsider', 'isolation'] });
    expect(await whole.quiz.answer('trainer', 'receives', 'imds')).toMatchObject({ flow: 'f9' });
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

  it.each(['en', 'es'])('say in %s why there is no flow, those that may come without one and no others', (language) => {
    const file = new URL(`../../page/texts/${language}/quiz-questions.md`, import.meta.url);
    const keys = [...parseTexts(readFileSync(file, 'utf8')).keys()];
    const mayBeWithout = QUESTIONS.filter(({ flow }) => !flow?.act || flow.needs !== undefined);
    expect(keys.filter((key) => key.endsWith('.no-flow'))).toEqual(mayBeWithout.map(({ id }) => `${id}.no-flow`));
  });
});
