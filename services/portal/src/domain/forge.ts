import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { ForgeRequest } from '@lab/shared/forge/forge-request.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';

const part = z.record(z.string(), z.unknown());

export const ForgedToken = z
  .strictObject({ token: z.string(), header: part, claims: part })
  .meta({ description: 'The token, and what is in it, as it is in it: also where it was tampered with.' });

export type Forge = (request: ForgeRequest) => Promise<z.infer<typeof ForgedToken>>;

/** Any token of the lab. Only translated here: `entra` makes them. */
export const fabricForge =
  (fabric: Pick<FabricClient, 'call'>): Forge =>
  (request) =>
    answerOf('entra', fabric.call('entra', 'POST', '/forge', { body: request }), ForgedToken);
