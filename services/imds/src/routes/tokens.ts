import { describeShownToken } from '@lab/shared/event-details.ts';
import { describe } from '@lab/shared/events.ts';
import { strike } from '@lab/shared/faults/index.ts';
import { asAzureError } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Response } from 'express';
import type { Host, Identity } from '../domain/host.ts';
import type { CachedToken, TokenCache } from '../domain/token-cache.ts';
import type { IssueToken } from '../upstream/entra.ts';

export type TokenWish = {
  /** Where the identity was asked for. Its tenant is the one that issues the token. */
  readonly host: Host;
  readonly identity: Identity;
  /** OAuth's `resource`, exactly as asked. */
  readonly audience: string;
  /** Asks Entra even where a token is at hand. */
  readonly bypass: boolean;
};

export type Tokens = (wish: TokenWish) => Promise<CachedToken>;

/** Tokens out of the cache, and where there is none, from Entra. What keeps Entra from answering is logged here, once. */
export const tokensFrom =
  (cache: TokenCache, issueToken: IssueToken, log: Log): Tokens =>
  ({ host: { tenantId, resourceId: hostResourceId }, identity: { clientId }, audience, bypass }) => {
    const ask = async () => {
      try {
        return await issueToken({ tenantId, clientId, audience, hostResourceId });
      } catch (thrown) {
        const { kind, code, detail, cause } = asAzureError(thrown);
        if (kind === 'unavailable' || kind === 'internal') {
          log.warn({ clientId, code, detail, reason: String(cause).slice(0, 512) }, 'no token from entra');
        }
        throw thrown;
      }
    };
    return cache.get({ clientId, hostResourceId, audience }, ask, { bypass });
  };

/** Gets a token and says in the request's event whose it is, what it is for and where it came from. */
export async function describeToken(res: Response, tokens: Tokens, wish: TokenWish): Promise<CachedToken> {
  const { clientId, principalId } = wish.identity;
  describe(res, { clientId, principalId, audience: wish.audience.slice(0, 256), note: 'asked entra' });
  strike(res);
  const answer = await tokens(wish);
  const { tokenId, accessToken } = answer.token;
  describeShownToken(res, 'issued', accessToken);
  describe(res, {
    ...(tokenId !== undefined && { tokenId }),
    note: answer.from === 'cache' ? 'answered from the cache' : 'asked entra',
  });
  return answer;
}
