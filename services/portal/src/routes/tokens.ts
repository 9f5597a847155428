import { FLAW_NAMES, FLAWS } from '@lab/shared/forge/flaws.ts';
import { ForgeRequest } from '@lab/shared/forge/forge-request.ts';
import { MOST_TOKEN_CHARACTERS } from '@lab/shared/tokens/decode-token.ts';
import express from 'express';
import { z } from 'zod';
import { type Forge, ForgedToken } from '../domain/forge.ts';
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
    body: ForgeRequest,
    before: [onlyJson, largerJsonBody],
    answers: {
      200: { description: 'The token.', body: ForgedToken },
      503: { description: 'Entra cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, req, res) => {
      res.json(await forge(ForgeRequest.parse(req.body)));
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
    body: TokenToInspect,
    before: [onlyJson, largerJsonBody],
    answers: {
      200: { description: 'What is in it, and what each service says.', body: TokenInspection },
      503: { description: 'Resource Manager cannot be asked which tenants there are.', body: ErrorBody },
    },
    handle: async (_input, req, res) => {
      res.json(await inspect(TokenToInspect.parse(req.body).token));
    },
  }),
];

/** Claims may hold some hundred groups. */
const largerJsonBody = express.json({ limit: '64kb', inflate: false });

const TokenToInspect = z.strictObject({
  token: z.string().min(1).max(MOST_TOKEN_CHARACTERS).meta({ description: 'Without `Bearer`.' }),
});

const FlawsBody = z.object({ flaws: z.array(z.object({ name: z.enum(FLAW_NAMES), description: z.string() })) });
