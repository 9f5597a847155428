import { AzureError } from '@lab/shared/azure-error.ts';
import { FLAW_NAMES, FLAWS } from '@lab/shared/forge/flaws.ts';
import { ForgeRequest } from '@lab/shared/forge/forge-request.ts';
import { MOST_TOKEN_CHARACTERS } from '@lab/shared/tokens/decode-token.ts';
import express from 'express';
import { z } from 'zod';
import { type Forge, ForgedToken } from '../domain/forge.ts';
import type { Place } from '../domain/place.ts';
import { type InspectToken, TokenInspection } from '../domain/token-inspection.ts';
import { onlyJson } from '../guards.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     POST /lab/v1/tokens       200 { token, header, claims }
 *     GET  /lab/v1/tokens/flaws 200 { flaws: [{ name, description }] }
 *     POST /lab/v1/tokens/inspect 200 { header, claims, tenant?, signature, services, unheard }
 */
export const tokenOperations = (forge: Forge, inspect: InspectToken): Operation[] => [
  operation({
    method: 'post',
    path: '/tokens',
    operationId: 'forgeToken',
    summary:
      'A token for anybody of the lab, as Entra would issue it or wrong in any way, for tests of what has to refuse it',
    access: 'token',
    participants: 'own part',
    body: ForgeRequest,
    before: [onlyJson, largerJsonBody],
    answers: {
      200: { description: 'The token.', body: ForgedToken },
      503: { description: 'Entra cannot be asked.', body: ErrorBody },
    },
    handle: async ({ place }, req, res) => {
      const wish = ForgeRequest.parse(req.body);
      if (place && !isOfTheirs(wish, place)) throw notTheirs();
      res.json(await forge(wish));
    },
  }),
  operation({
    method: 'get',
    path: '/tokens/flaws',
    operationId: 'listFlaws',
    summary: 'The classic ways in which a token is wrong, by name',
    access: 'token',
    participants: 'all',
    answers: { 200: { description: 'In the order of RFC 8725, roughly.', body: FlawsBody } },
    handle: (_input, _req, res) => res.json({ flaws: FLAWS }),
  }),
  operation({
    method: 'post',
    path: '/tokens/inspect',
    operationId: 'inspectToken',
    summary:
      'What is in a token of the lab, and what each service would say to it. It is used for nothing, and not kept',
    access: 'token',
    participants: 'own part',
    body: TokenToInspect,
    before: [onlyJson, largerJsonBody],
    answers: {
      200: { description: 'What is in it, and what each service says.', body: TokenInspection },
      503: { description: 'Resource Manager cannot be asked which tenants there are.', body: ErrorBody },
    },
    handle: async ({ place }, req, res) => {
      const { services, ...inspection } = await inspect(TokenToInspect.parse(req.body).token);
      res.json({ ...inspection, services: services.filter((report) => !place || isInPlace(report, place)) });
    },
  }),
];

/**
 * A participant's forge is for their own identities, by id, and for classic flaws, which everybody refuses: with claims of
 * their own choice they would be whoever they like.
 */
function isOfTheirs(wish: ForgeRequest, { principals }: Place): boolean {
  const { principalId, audience: _, flaw: __, ...others } = wish;
  return principalId !== undefined && principals.has(principalId) && Object.keys(others).length === 0;
}

const notTheirs = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'OwnIdentitiesOnly',
    message:
      'In a shared lab you can forge tokens of your own identities, by principalId and flaw. Others are up to the trainer.',
  });

/** What one vault or account says is for those whose it is. */
const isInPlace = ({ service, resource }: TokenInspection['services'][number], { hosts }: Place): boolean =>
  resource === undefined || hosts.has(`${resource}.${service === 'blob' ? 'blob.core.windows' : 'vault.azure'}.net`);

/** Claims may hold some hundred groups. */
const largerJsonBody = express.json({ limit: '64kb', inflate: false });

const TokenToInspect = z.strictObject({
  token: z.string().min(1).max(MOST_TOKEN_CHARACTERS).meta({ description: 'Without `Bearer`.' }),
});

const FlawsBody = z.object({ flaws: z.array(z.object({ name: z.enum(FLAW_NAMES), description: z.string() })) });
