import type { FlowEvent } from '@lab/shared/events.ts';

/** Id of the token that a request came with, also where it was not believed. */
export const presentedTokenId = ({ tokenId, token }: FlowEvent): string | undefined =>
  tokenId ?? (typeof token?.claims.uti === 'string' ? token.claims.uti : undefined);

/** Name of the key that the token is signed with which a request came with, or which it was answered with. */
export const kidOf = (event: FlowEvent | undefined): string | undefined => {
  const kid = (event?.issued ?? event?.token)?.header.kid;
  return typeof kid === 'string' ? kid : undefined;
};
