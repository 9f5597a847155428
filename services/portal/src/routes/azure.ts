import { AzureError } from '@lab/shared/azure-error.ts';
import express from 'express';
import { z } from 'zod';
import { type Azure, AzureAnswer, AzureRequest } from '../domain/azure.ts';
import { ownsId, type Place } from '../domain/place.ts';
import { PrincipalAccess, type WhoMay } from '../domain/who-may.ts';
import { onlyJson } from '../guards.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     POST /lab/v1/azure                          200 { status, headers, body }
 *     GET  /lab/v1/access?resourceId&dataAction   200 { principals }
 */
export const azureOperations = ({ azure, whoMay }: { azure: Azure; whoMay: WhoMay }): Operation[] => [
  operation({
    method: 'post',
    path: '/azure',
    operationId: 'askAzure',
    summary: 'Sends a request to Resource Manager or Microsoft Graph as the operator of the lab',
    access: 'token',
    participants: 'own part',
    body: AzureRequest,
    before: [onlyJson, largerJsonBody],
    answers: {
      200: { description: 'What came back, whatever it says.', body: AzureAnswer },
      503: { description: 'No answer came, or no token.', body: ErrorBody },
    },
    // As themselves, so that Azure decides what they may: they own their group, and nothing else.
    handle: async ({ place }, req, res) => {
      res.json(await azure.ask(AzureRequest.parse(req.body), place?.operatorId));
    },
  }),
  operation({
    method: 'get',
    path: '/access',
    operationId: 'getAccess',
    summary: 'Who may do something with a resource, and why or why not',
    access: 'token',
    participants: 'own part',
    query: z
      .strictObject({
        resourceId: z.string().startsWith('/subscriptions/').max(2_048),
        dataAction: operationName('Microsoft.KeyVault/vaults/secrets/getSecret/action'),
        action: operationName('Microsoft.Compute/virtualMachines/delete'),
      })
      .refine(({ dataAction, action }) => (dataAction === undefined) !== (action === undefined), {
        error: 'expected either dataAction or action',
      }),
    answers: {
      200: {
        description: 'Every principal, those first who may.',
        body: z.strictObject({ principals: z.array(PrincipalAccess) }),
      },
      404: { description: 'There is no such resource.', body: ErrorBody },
      503: { description: 'A service cannot be asked.', body: ErrorBody },
    },
    handle: async ({ query, place }, _req, res) => {
      if (place && !ownsId(place, query.resourceId)) throw resourceNotFound();
      const principals = await whoMay(query);
      res.json({ principals: principals.filter((one) => !place || isTheirs(place, one)) });
    },
  }),
];

function operationName(example: string) {
  return z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta({ description: `Such as ${example}.` });
}

/** Their own identities, and what is left of those that are no more. */
const isTheirs = (place: Place, { kind, principalId }: PrincipalAccess): boolean =>
  kind === 'unknown' || place.principals.has(principalId);

/** As if it were not there. */
const resourceNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'ResourceNotFound', message: 'There is no such resource.' });

/** A role definition or a machine with everything that it has. */
const largerJsonBody = express.json({ limit: '256kb', inflate: false });
