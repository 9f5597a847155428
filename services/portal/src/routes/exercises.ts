import { z } from 'zod';
import { Checked, ExerciseList, Started } from '../domain/exercise-bodies.ts';
import { type Exercises, TRAINER } from '../domain/exercises.ts';
import type { Place } from '../domain/place.ts';
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

const whoIn = (place: Place | undefined): string => place?.participant ?? TRAINER;

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
    participants: 'own part',
    answers: { 200: { description: 'All of them.', body: ExerciseList } },
    handle: async ({ place }, _req, res) => {
      res.json(await exercises.list(whoIn(place)));
    },
  }),
  operation({
    method: 'post',
    path: '/exercises/{id}/start',
    operationId: 'startExercise',
    summary: 'Everything as lab.yaml says it, or what is a participant has; and what the exercise prepares',
    access: 'token',
    participants: 'own part',
    parameters: called,
    body: NoParameters,
    before: [jsonBody],
    answers: {
      200: { description: 'It has begun.', body: Started },
      404: notFound,
      409: { description: 'Too many are being started, or the lab does not have what it needs.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { id }, place }, _req, res) => {
      res.json(await exercises.start(whoIn(place), id));
    },
  }),
  operation({
    method: 'post',
    path: '/exercises/{id}/check',
    operationId: 'checkExercise',
    summary: 'Whether it is done, by what happened since its start and how the lab is now',
    access: 'token',
    participants: 'own part',
    parameters: called,
    body: Answers,
    before: [jsonBody],
    answers: {
      200: { description: 'What is done, and what is not.', body: Checked },
      404: notFound,
      409: { description: 'It has not been started.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { id }, place }, req, res) => {
      const { answers = {} } = Answers.parse(req.body ?? {});
      res.json(await exercises.check(whoIn(place), id, answers));
    },
  }),
  operation({
    method: 'delete',
    path: '/exercises/{id}',
    operationId: 'resetExercise',
    summary: 'Forgets that it was done, and resets the lab where it is the one that is being worked on',
    access: 'token',
    participants: 'own part',
    parameters: called,
    answers: {
      204: { description: 'It is as new.' },
      404: notFound,
      409: { description: 'Too many are being started.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { id }, place }, _req, res) => {
      await exercises.reset(whoIn(place), id);
      res.status(204).end();
    },
  }),
];
