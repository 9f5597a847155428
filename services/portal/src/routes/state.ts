import { AzureError } from '@lab/shared/azure-error.ts';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { AppliedPatch, LabResource, type LabState } from '../domain/lab-state.ts';
import { ownsResource } from '../domain/place.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     GET   /lab/v1/resources?kind=   200 { resources: [{ kind, id, … }] }
 *     PATCH /lab/v1/lab               200 { added, changed, resources }
 */
export const stateOperations = (state: LabState): Operation[] => [
  operation({
    method: 'get',
    path: '/resources',
    operationId: 'listResources',
    summary: 'What exists, without the value of any secret',
    access: 'token',
    participants: 'own part',
    query: z.strictObject({
      kind: z.string().max(64).optional().meta({ description: 'Of this kind only: virtualMachine, vault, …' }),
    }),
    answers: {
      200: { description: 'What exists.', body: z.strictObject({ resources: z.array(LabResource) }) },
      503: { description: 'Resource Manager cannot be asked.', body: ErrorBody },
    },
    handle: async ({ query: { kind }, place }, _req, res) => {
      const resources = await state.resources(kind);
      res.json({ resources: resources.filter((resource) => !place || ownsResource(place, resource)) });
    },
  }),
  operation({
    method: 'patch',
    path: '/lab',
    operationId: 'patchLab',
    summary: 'Adds and changes what a partial lab.yaml says, and removes nothing',
    access: 'token',
    body: z.unknown().meta({
      type: 'object',
      description: 'A partial lab.yaml, in the words of lab.schema.json. YAML as application/yaml.',
    }),
    before: [labFileBody],
    answers: {
      200: { description: 'How much of it was new or different, and what it names.', body: AppliedPatch },
      503: { description: 'Resource Manager cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, req, res) => {
      res.json(await state.patch(fileIn(req)));
    },
  }),
];

const JSON_TYPE = 'application/json';

/** The file as it came: mistakes in it are told by their line. */
const labFileBody: RequestHandler = express.text({
  type: [JSON_TYPE, 'application/yaml', 'application/x-yaml'],
  limit: '512kb',
  inflate: false,
});

function fileIn(req: express.Request): string {
  const text: unknown = req.body;
  if (typeof text !== 'string') throw malformed("The 'Content-Type' has to be application/json or application/yaml.");
  if (req.is(JSON_TYPE) && !isJson(text)) throw malformed('The request body is not JSON.');
  return text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const malformed = (message: string) => new AzureError({ kind: 'invalid', code: 'BadRequest', message });
