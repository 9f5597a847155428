import { z } from 'zod';
import { TRAINER } from '../domain/exercises.ts';
import { type Quiz, QuizAnswer, QuizList } from '../quiz/quiz.ts';
import { jsonBody } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

const asked = z.object({ question: z.string().max(40) });
const Choice = z.strictObject({ choice: z.string().max(40) });

/**
 *     GET  /lab/v1/quiz                    200 { questions: [{ id, exercise, choices, isInFlow, answered? }] }
 *     POST /lab/v1/quiz/{question}/answer  200 { correct, flow?, step?, without? }
 */
export const quizOperations = (quiz: Quiz): Operation[] => [
  operation({
    method: 'get',
    path: '/quiz',
    operationId: 'listQuestions',
    summary: 'The questions of the quiz by id, with their choices, and what was answered',
    access: 'token',
    participants: 'own part',
    answers: { 200: { description: 'All of them, in their order.', body: QuizList } },
    handle: ({ place }, _req, res) => {
      res.json(quiz.list(place?.participant ?? TRAINER));
    },
  }),
  operation({
    method: 'post',
    path: '/quiz/{question}/answer',
    operationId: 'answerQuestion',
    summary:
      'Whether a choice is right, and a step of a flow that shows it; makes one by a few requests where there is none',
    access: 'token',
    participants: 'own part',
    parameters: asked,
    body: Choice,
    before: [jsonBody],
    answers: {
      200: { description: 'Right or wrong.', body: QuizAnswer },
      404: { description: 'There is no such question.', body: ErrorBody },
    },
    handle: async ({ parameters: { question }, place }, req, res) => {
      const { choice } = Choice.parse(req.body ?? {});
      res.json(await quiz.answer(place?.participant ?? TRAINER, question, choice));
    },
  }),
];
