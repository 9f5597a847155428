import { z } from 'zod';
import { Checked, ExerciseList, Started } from '../domain/exercise-bodies.ts';
import { type Exercises, TRAINER } from '../domain/exercises.ts';
import { jsonBody, NoParameters } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

const called = z.object({ id: z.string().max(40) });
const notFound = { description: 'There is no such exercise.', body: ErrorBody };
const unavailable = { description: 'Resource Manager, or a service that has state, cannot be asked.', body: ErrorBody };

/** Short, and few: what a person wrote down. */
const Answers = z.strictObject({
  answers: z
    .record(z.string().max(40), z.string().max(400))
    .refine((answers) => Object.keys(answers).length <= 8, 'expected eight answers at most')
    .optional()
    .meta({ description: 'What was to be found out, by the names in `asks`.' }),
});

/**
 *     GET    /lab/v1/exercises             200 { exercises: [{ id, state, startedAt?, passedAt?, needs, ready, asks }], scene }
 *     POST   /lab/v1/exercises/{id}/start  200 { id, startedAt, durationMs }
 *     POST   /lab/v1/exercises/{id}/check  200 { passed, findings: [{ id, passed, values }] }
 *     DELETE /lab/v1/exercises/{id}        204
 */
export const exerciseOperations = (exercises: Exercises): Operation[] => [
  operation({
    method: 'get',
    path: '/exercises',
    operationId: 'listExercises',
    summary: 'The exercises in their order, and how far they are done',
    access: 'token',
    answers: { 200: { description: 'All of them.', body: ExerciseList } },
    handle: async (_input, _req, res) => {
      res.json(await exercises.list(TRAINER));
    },
  }),
  operation({
    method: 'post',
    path: '/exercises/{id}/start',
    operationId: 'startExercise',
    summary: 'Everything as lab.yaml says it, and what the exercise prepares; ends the one that was started before',
    access: 'token',
    parameters: called,
    body: NoParameters,
    before: [jsonBody],
    answers: {
      200: { description: 'It has begun.', body: Started },
      404: notFound,
      409: { description: 'One is being started already, or the lab does not have what it needs.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { id } }, _req, res) => {
      res.json(await exercises.start(TRAINER, id));
    },
  }),
  operation({
    method: 'post',
    path: '/exercises/{id}/check',
    operationId: 'checkExercise',
    summary: 'Whether it is done, by what happened since its start and how the lab is now',
    access: 'token',
    parameters: called,
    body: Answers,
    before: [jsonBody],
    answers: {
      200: { description: 'What is done, and what is not.', body: Checked },
      404: notFound,
      409: { description: 'It has not been started.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { id } }, req, res) => {
      const { answers = {} } = Answers.parse(req.body ?? {});
      res.json(await exercises.check(TRAINER, id, answers));
    },
  }),
  operation({
    method: 'delete',
    path: '/exercises/{id}',
    operationId: 'resetExercise',
    summary: 'Forgets that it was done, and resets the lab where it is the one that is being worked on',
    access: 'token',
    parameters: called,
    answers: {
      204: { description: 'It is as new.' },
      404: notFound,
      409: { description: 'One is being started.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { id } }, _req, res) => {
      await exercises.reset(TRAINER, id);
      res.status(204).end();
    },
  }),
];
