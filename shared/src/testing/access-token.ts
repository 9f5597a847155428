import type { AccessToken } from '../tokens/claims.ts';

/** A token as `verifyToken` gives it, for tests: of a service principal, for as long as there are tests. */
export const accessTokenOf = (
  claims: Pick<AccessToken, 'aud' | 'tid' | 'oid'> & Partial<AccessToken>,
): AccessToken => ({
  iss: `https://sts.windows.net/${claims.tid}/`,
  appid: '22222222-2222-4222-8222-222222222222',
  ver: '1.0',
  nbf: 0,
  exp: 9_999_999_999,
  groups: [],
  roles: [],
  uti: 'token-id',
  xms_mirid: undefined,
  ...claims,
});
