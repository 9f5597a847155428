import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestLab, TENANT, type TestLab, tokenOf } from '../testing.ts';

let lab: TestLab;
afterEach(() => lab.close());

const CHALLENGE = `Bearer authorization_uri=https://login.microsoftonline.com/${TENANT}/oauth2/authorize resource_id=https://storage.azure.com`;

describe('a request without a usable token', () => {
  it.each([
    ['no token', { Authorization: undefined }, 401, 'NoAuthenticationInformation', CHALLENGE],
    [
      'no token in an old version',
      { Authorization: undefined, 'x-ms-version': '2019-07-07' },
      409,
      'PublicAccessNotPermitted',
      undefined,
    ],
    [
      'neither token nor version',
      { Authorization: undefined, 'x-ms-version': undefined },
      409,
      'PublicAccessNotPermitted',
      undefined,
    ],
    ['SharedKey', { Authorization: 'SharedKey stlab:AAAA' }, 403, 'KeyBasedAuthenticationNotPermitted', undefined],
    ['Basic', { Authorization: 'Basic AAAA' }, 400, 'InvalidAuthenticationInfo', undefined],
    ['Bearer with nothing behind it', { Authorization: 'Bearer ' }, 401, 'InvalidAuthenticationInfo', CHALLENGE],
    ['a token without version', { 'x-ms-version': undefined }, 403, 'AuthenticationFailed', undefined],
    [
      'a token in a version before there were any',
      { 'x-ms-version': '2017-07-29' },
      403,
      'AuthenticationFailed',
      undefined,
    ],
    ['a version that is no date', { 'x-ms-version': 'latest' }, 400, 'InvalidHeaderValue', undefined],
    [
      'two Authorization headers',
      { Authorization: ['Bearer contributor', 'Bearer reader'] },
      400,
      'InvalidHeaderValue',
      undefined,
    ],
  ])('%s', async (_, headers, status, code, challenge) => {
    lab = await startTestLab();
    const answer = await lab.ask('GET', '/docs/a', { headers });
    expect(answer).toMatchObject({ status, code });
    expect(answer.headers['www-authenticate']).toBe(challenge);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });

  it.each([
    ['of the account key', 'sv=2026-04-06&sig=AAAA', 'KeyBasedAuthenticationNotPermitted'],
    ['of a delegation key', 'sv=2026-04-06&skoid=x&sig=AAAA', 'AuthenticationFailed'],
  ])('a shared access signature %s', async (_, query, code) => {
    lab = await startTestLab();
    const answer = await lab.ask('GET', `/docs/a?${query}`, { headers: { Authorization: undefined } });
    expect(answer).toMatchObject({ status: 403, code });
  });
});

describe('a token that failed its verification', () => {
  const failing: VerifyToken = async () => {
    throw new TokenFailure(
      'audience',
      'Audience validation failed. Audience did not match.',
      'https://vault.azure.net',
    );
  };

  it('is answered 401 with the challenge and the name of the check', async () => {
    lab = await startTestLab({ verifyToken: failing });
    const answer = await lab.ask('GET', '/docs/a');
    expect(answer).toMatchObject({ status: 401, code: 'InvalidAuthenticationInfo' });
    expect(answer.headers['www-authenticate']).toBe(CHALLENGE);
    expect(answer.text).toContain(
      '<AuthenticationErrorDetail>Audience validation failed. Audience did not match.</AuthenticationErrorDetail>',
    );
    await expect
      .poll(() => lab.events.since(0))
      .toMatchObject([{ status: 401, errorCode: 'InvalidAuthenticationInfo', audience: 'https://vault.azure.net' }]);
    expect(lab.events.since(0)[0]?.checks?.at(-1)).toEqual({
      check: 'audience',
      outcome: 'failed',
      reason: 'Audience validation failed. Audience did not match.',
    });
  });

  it('is answered 403 without a challenge in versions before 2019-12-12', async () => {
    lab = await startTestLab({ verifyToken: failing });
    const answer = await lab.ask('GET', '/docs/a', { headers: { 'x-ms-version': '2019-10-10' } });
    expect(answer).toMatchObject({ status: 403, code: 'AuthenticationFailed' });
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.text).toContain('Audience validation failed.');
  });
});

it('answers 503 ServerBusy, not 401, while no signing key is known', async () => {
  const verifyToken: VerifyToken = async () => {
    throw new Error('no signing keys have been fetched yet');
  };
  lab = await startTestLab({ verifyToken });
  expect(await lab.ask('GET', '/docs/a')).toMatchObject({ status: 503, code: 'ServerBusy' });
});

it('expects the tenant of the account and the audiences of Storage and of this account', async () => {
  const expected: unknown[] = [];
  lab = await startTestLab({
    verifyToken: async (_token, expectation) => {
      expected.push(expectation);
      return tokenOf('reader');
    },
  });
  await lab.ask('GET', '/docs/a');
  expect(expected).toEqual([
    {
      tenantId: TENANT,
      audiences: [
        'https://storage.azure.com',
        'https://storage.azure.com/',
        'e406a681-f3d4-42a8-90b6-c2b029497af1',
        'https://stlab.blob.core.windows.net',
        'https://stlab.blob.core.windows.net/',
      ],
    },
  ]);
});
