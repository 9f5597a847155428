import { AzureError } from '@lab/shared/azure-error.ts';
import { z } from 'zod';
import {
  ParticipantBody,
  ParticipantList,
  ParticipantName,
  type Participants,
  PlaceReset,
} from '../domain/participants.ts';
import { jsonBody, NoParameters } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

const named = z.object({ name: ParticipantName });
const unavailable = { description: 'Resource Manager cannot be asked.', body: ErrorBody };
const notFound = { description: 'Nobody of this name shares the lab.', body: ErrorBody };

/**
 *     GET    /lab/v1/participants               200 { participants: [{ name, machine, code, … }], freeMachines }
 *     PUT    /lab/v1/participants/{name}        201 { name, machine, code, … }; 200 where they have a place
 *     POST   /lab/v1/participants/{name}/reset  200 { durationMs }
 *     DELETE /lab/v1/participants/{name}        204
 */
export const participantOperations = (participants: Participants): Operation[] => [
  operation({
    method: 'get',
    path: '/participants',
    operationId: 'listParticipants',
    summary: 'Who shares the lab, with what they sign in, and how far they are',
    access: 'token',
    answers: { 200: { description: 'By name.', body: ParticipantList }, 503: unavailable },
    handle: async (_input, _req, res) => {
      res.json(await participants.list());
    },
  }),
  operation({
    method: 'put',
    path: '/participants/{name}',
    operationId: 'addParticipant',
    summary: 'A place in the lab for somebody: a resource group, and a machine that is nobody’s',
    access: 'token',
    parameters: named,
    body: NoParameters,
    before: [jsonBody],
    answers: {
      200: { description: 'They have one already.', body: ParticipantBody },
      201: { description: 'It is there.', body: ParticipantBody },
      409: { description: 'No machine is left.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { name } }, _req, res) => {
      const { participant, isNew } = await participants.add(name);
      res.status(isNew ? 201 : 200).json(participant);
    },
  }),
  operation({
    method: 'post',
    path: '/participants/{name}/reset',
    operationId: 'resetParticipant',
    summary: 'Their resource group as it was at first; nobody else notices',
    access: 'token',
    participants: 'own part',
    parameters: named,
    body: NoParameters,
    before: [jsonBody],
    answers: { 200: { description: 'It is.', body: PlaceReset }, 404: notFound, 503: unavailable },
    handle: async ({ parameters: { name }, place }, _req, res) => {
      if (place && place.participant !== name) throw notTheirs();
      res.json(await participants.reset(name));
    },
  }),
  operation({
    method: 'delete',
    path: '/participants/{name}',
    operationId: 'removeParticipant',
    summary: 'Takes somebody out of the lab, with everything in their group',
    access: 'token',
    parameters: named,
    answers: {
      204: { description: 'They are gone.' },
      404: notFound,
      409: { description: 'The lab file declares them.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { name } }, _req, res) => {
      await participants.remove(name);
      res.status(204).end();
    },
  }),
];

const notTheirs = () =>
  new AzureError({ kind: 'not_found', code: 'ParticipantNotFound', message: 'Nobody of this name shares the lab.' });
