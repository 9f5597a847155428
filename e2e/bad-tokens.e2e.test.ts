/**
 * What a token has to be to be believed. Every bad token differs in one property from one that is accepted in the same
 * test, and the answer names the check that refused it.
 */

import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, type Lab, type LabAnswer, labApi, startLab, tokenOf } from './lab.ts';

let lab: Lab;
let principalId: string;
beforeAll(async () => {
  lab = await startLab({ variant: 'tests' });
  principalId = String(claimsOf(await tokenOf(lab, 'https://vault.azure.net')).oid);
});
afterAll(() => lab?.down());

type Forged = {
  claims?: object;
  removeClaims?: string[];
  header?: object;
  removeHeader?: string[];
  signWith?: 'current' | 'foreign' | 'none' | 'hmac-public-key' | 'embedded-jwk';
  lifetime?: { notBefore?: number; expires?: number };
  tamperedClaims?: object;
  principalId?: string;
};

async function forge(audience: string, changes: Forged = {}): Promise<string> {
  const body = JSON.stringify({ principalId, audience, ...changes });
  const headers = { 'content-type': 'application/json' };
  const [answer] = await lab.send('tester', [
    { url: 'https://entra.fabric:8443/forge', method: 'POST', as: 'tests', headers, body },
  ]);
  if (answer?.status !== 200) throw new Error(`the token could not be forged: ${answer?.body}`);
  return JSON.parse(answer.body).token;
}

const SERVICES = [
  {
    service: 'keyvault',
    audience: 'https://vault.azure.net',
    foreign: 'https://storage.azure.com',
    url: 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4',
    headers: {},
  },
  {
    service: 'blob',
    audience: 'https://storage.azure.com',
    foreign: 'https://vault.azure.net',
    url: 'https://stlab.blob.core.windows.net/samples/welcome.txt',
    headers: { 'x-ms-version': '2024-11-04' },
  },
] as const;

const OTHER_TENANT = '99999999-9999-4999-8999-999999999999';

const BAD: [what: string, change: Forged, named: RegExp][] = [
  ['tampered with', { tamperedClaims: { roles: ['Everything'] } }, /signature/i],
  ['signed by another key', { signWith: 'foreign' }, /signature/i],
  ['expired', { lifetime: { notBefore: -7200, expires: -1 } }, /TokenExpired|The token is expired/],
  ['not yet valid', { lifetime: { notBefore: 3600 } }, /not yet valid/],
  ['alg none', { signWith: 'none' }, /algorithm/i],
  ['alg None', { signWith: 'none', header: { alg: 'None' } }, /algorithm/i],
  ['alg nOnE', { signWith: 'none', header: { alg: 'nOnE' } }, /algorithm/i],
  ['an HMAC keyed with the public key', { signWith: 'hmac-public-key' }, /algorithm/i],
  ['of an unknown kid', { header: { kid: 'nobody-knows-this-kid' } }, /kid is unknown/],
  ['without kid', { removeHeader: ['kid'] }, /no kid/],
  ['carrying its own key', { signWith: 'embedded-jwk' }, /header|jwk/i],
  ['of a foreign issuer', { claims: { iss: `https://sts.windows.net/${OTHER_TENANT}/` } }, /issuer/i],
  ['of a foreign tenant', { claims: { tid: OTHER_TENANT } }, /tenant/i],
  ['without oid', { removeClaims: ['oid'] }, /claim.*oid/i],
  ['without exp', { removeClaims: ['exp'] }, /claim.*exp/i],
  ['without tid', { removeClaims: ['tid'] }, /claim.*tid/i],
  ['without aud', { removeClaims: ['aud'] }, /claim.*aud/i],
];

describe.each(SERVICES)('$service', ({ audience, foreign, url, headers }) => {
  const withToken = async (token: string): Promise<LabAnswer> => {
    const [answer] = await lab.send('tester', [{ url, headers: { ...headers, authorization: `Bearer ${token}` } }]);
    return answer as LabAnswer;
  };
  const accepted = async () => expect((await withToken(await forge(audience))).status).toBe(200);

  it.each(BAD)('refuses a token %s, and says which check it failed', async (_, change, named) => {
    await accepted();
    const answer = await withToken(await forge(audience, change));
    expect(answer.status).toBe(401);
    expect(answer.body).toMatch(named);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer authorization/);
  });

  it('refuses a token for another service, and names the audience', async () => {
    await accepted();
    const answer = await withToken(await forge(foreign));
    expect(answer.status).toBe(401);
    expect(answer.body).toMatch(/audience/i);
  });

  it('refuses a real token of vm-app01 for another service', async () => {
    const answer = await withToken(await tokenOf(lab, foreign));
    expect(answer.status).toBe(401);
  });

  it('never calls the place where a token says its key is', async () => {
    await accepted();
    const tokens = await Promise.all(
      ['jku', 'x5u'].map((name) => forge(audience, { header: { [name]: 'https://tester:7443/keys' } })),
    );
    const script = `
      let connections = 0;
      const server = require('net').createServer((socket) => { connections += 1; socket.destroy(); });
      server.listen(7443, '0.0.0.0', async () => {
        const answers = [];
        for (const token of ${JSON.stringify(tokens)}) {
          const response = await fetch('${url}', { headers: { ...${JSON.stringify(headers)}, authorization: 'Bearer ' + token } });
          answers.push([response.status, await response.text()]);
        }
        setTimeout(() => { console.log(JSON.stringify({ connections, answers })); process.exit(0); }, 500);
      });`;
    const { stdout } = await lab.exec('tester', ['node', '-e', script]);
    const { connections, answers } = JSON.parse(stdout);
    expect(connections).toBe(0);
    expect(answers.map(([status]: [number]) => status)).toEqual([401, 401]);
    expect(answers[0][1]).toMatch(/jku/);
    expect(answers[1][1]).toMatch(/x5u/);
  });
});

describe('the right token without a role', () => {
  it('at Key Vault: 403 that names principal, action and scope', async () => {
    const nobody = await principalWithoutRole();
    const token = await forge('https://vault.azure.net', { principalId: nobody });
    const [answer] = await lab.send('tester', [
      { url: SERVICES[0].url, headers: { authorization: `Bearer ${token}` } },
    ]);
    expect(answer?.status).toBe(403);
    expect(answer?.body).toContain(nobody);
    expect(answer?.body).toContain('Microsoft.KeyVault/vaults/secrets/getSecret/action');
    expect(answer?.body).toMatch(
      /resourcegroups\/rg-data\/providers\/microsoft\.keyvault\/vaults\/kv-lab\/secrets\/connectionstring/i,
    );
    expect(JSON.parse(answer?.body ?? '').error.innererror.code).toBe('ForbiddenByRbac');
  });

  it('at Blob Storage: 403 that names principal, action and scope', async () => {
    const nobody = await principalWithoutRole();
    const token = await forge('https://storage.azure.com', { principalId: nobody });
    const [answer] = await lab.send('tester', [
      { url: SERVICES[1].url, headers: { 'x-ms-version': '2024-11-04', authorization: `Bearer ${token}` } },
    ]);
    expect(answer?.status).toBe(403);
    expect(answer?.headers['x-ms-error-code']).toBe('AuthorizationPermissionMismatch');
    expect(answer?.body).toContain(nobody);
    expect(answer?.body).toContain('Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read');
    expect(answer?.body).toMatch(/storageAccounts\/stlab\/blobServices\/default\/containers\/samples/i);
  });

  /** id-without-role of the tests' lab file: a service principal that no role assignment names. */
  async function principalWithoutRole(): Promise<string> {
    const [answer] = await lab.send('tester', [{ url: 'https://arm.fabric:8443/feed', as: 'entra' }]);
    const changes: { kind: string; value: { displayName: string; principalId: string } }[] = JSON.parse(
      answer?.body ?? '',
    ).changes;
    const found = changes.find(
      ({ kind, value }) => kind === 'servicePrincipal' && value.displayName === 'id-without-role',
    );
    return found?.value.principalId ?? '';
  }
});

describe('every classic wrong way that the lab API forges by name', () => {
  const RESOURCE_MANAGER = {
    service: 'arm',
    audience: 'https://management.azure.com',
    url: 'https://management.azure.com/subscriptions?api-version=2022-12-01',
    headers: {},
  } as const;

  it.each([...SERVICES, RESOURCE_MANAGER])(
    'is refused by $service, and the same token without the flaw is not',
    async ({ audience, url, headers }) => {
      const { tokens } = await labApi(lab);
      expect((await tokens.flaws()).map(({ name }) => name)).toEqual(FLAW_NAMES);
      const wish = { principal: 'vm-app01', audience };
      const forged = [
        await tokens.forge(wish),
        ...(await Promise.all(FLAW_NAMES.map((flaw) => tokens.forge({ ...wish, flaw })))),
      ];
      const asked = forged.map(({ token }) => ({ url, headers: { ...headers, authorization: `Bearer ${token}` } }));
      const answers = await lab.send('tester', asked);
      expect(answers[0]?.status).toBe(200);
      const statuses = FLAW_NAMES.map((flaw, index) => [flaw, answers[index + 1]?.status]);
      expect(statuses).toEqual(FLAW_NAMES.map((flaw) => [flaw, 401]));
    },
  );

  it.each([
    ['a managed identity that is on no machine', 'id-without-role'],
    ['an operator', 'fabrikam/operator'],
  ])('is there for %s, and the token without the flaw is its own', async (_, principal) => {
    const { tokens } = await labApi(lab);
    const { claims } = await tokens.forge({ principal, audience: 'https://vault.azure.net' });
    expect(claims).toMatchObject({ idtyp: 'app', ver: '1.0', aud: 'https://vault.azure.net' });
    await expect(tokens.forge({ principal: 'operator', audience: 'https://vault.azure.net' })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('2 principals'),
    });
  });
});

it('accepts an honest new key after a thousand unknown kids in a row', async () => {
  const made = await forge('https://vault.azure.net', { header: { kid: 'KID' } });
  const [head = '', ...rest] = made.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  // One program inside the lab: a thousand tokens are too long for a command line.
  const script = `
    const { url, count, header, rest } = JSON.parse(Buffer.from(process.argv[1], 'base64').toString());
    (async () => {
      const statuses = {};
      for (let i = 0; i < count; i += 1) {
        const token = [Buffer.from(JSON.stringify({ ...header, kid: 'made-up-' + i })).toString('base64url'), ...rest].join('.');
        const response = await fetch(url, { headers: { authorization: 'Bearer ' + token } });
        await response.arrayBuffer();
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      }
      console.log(JSON.stringify(statuses));
    })();`;
  const plan = Buffer.from(JSON.stringify({ url: SERVICES[0].url, count: 1_000, header, rest })).toString('base64');
  const { stdout } = await lab.exec('tester', ['node', '-e', script, plan]);
  expect(JSON.parse(stdout)).toEqual({ 401: 1_000 });

  await lab.send('tester', [{ url: 'https://entra.fabric:8443/signing-keys/rotate', method: 'POST', as: 'tests' }]);
  const fresh = await forge('https://vault.azure.net');
  const [answer] = await lab.send('tester', [{ url: SERVICES[0].url, headers: { authorization: `Bearer ${fresh}` } }]);
  expect(answer?.status).toBe(200);
});
