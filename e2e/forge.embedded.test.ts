/** The forge through the lab API: a good token opens what it is for, and no service believes one that is wrong. */
import { readFileSync } from 'node:fs';
import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let lab: EmbeddedLab;
let dispatcher: Agent;
beforeAll(async () => {
  lab = await startLab();
  dispatcher = new Agent({ connect: { ca: readFileSync(lab.caBundle) } });
});
afterAll(async () => {
  await dispatcher?.destroy();
  await lab?.close();
});

const SERVICES = {
  'Key Vault': {
    audience: 'https://vault.azure.net',
    url: () => `${lab.vaultUrls['kv-lab']}/secrets/ConnectionString?api-version=7.4`,
  },
  'Blob Storage': {
    audience: 'https://storage.azure.com',
    url: () => `${lab.accountUrls.stlab}/samples?restype=container&comp=list`,
  },
  'Resource Manager': {
    audience: 'https://management.azure.com',
    url: () => `${lab.armUrl}/subscriptions?api-version=2022-12-01`,
  },
  'Microsoft Graph': {
    audience: 'https://graph.microsoft.com',
    url: () => `${lab.graphUrl}/v1.0/servicePrincipals`,
  },
};

describe.each(Object.entries(SERVICES))('%s', (_, { audience, url }) => {
  const answerTo = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'x-ms-version': '2024-11-04' };
    const { statusCode, body } = await request(url(), { dispatcher, headers });
    return { status: statusCode, said: await body.text() };
  };

  it('takes a token that was forged without a flaw for what it says', async () => {
    const { token, claims } = await lab.api.tokens.forge({ principal: 'vm-app01', audience });
    expect(claims).toMatchObject({ aud: audience, idtyp: 'app' });
    const isGraph = audience.includes('graph'); // where a machine's identity has no role, and the token is good
    expect((await answerTo(token)).status).toBe(isGraph ? 403 : 200);
  });

  it.each(FLAW_NAMES)('refuses a token with the flaw %s, and repeats nothing of it', async (flaw) => {
    const { token } = await lab.api.tokens.forge({ principal: 'vm-app01', audience, flaw });
    const { status, said } = await answerTo(token);
    expect(status).toBe(401);
    const [, payload = '', signature = ''] = token.split('.');
    for (const part of [payload, signature].filter((text) => text !== '')) expect(said).not.toContain(part);
  });
});

it('forges for the operator, and tells two of one name apart by their tenants', async () => {
  const audience = 'https://vault.azure.net';
  const [contoso, fabrikam] = await Promise.all(
    ['contoso/operator', 'Fabrikam/Operator'].map((principal) => lab.api.tokens.forge({ principal, audience })),
  );
  expect(contoso?.claims.tid).not.toBe(fabrikam?.claims.tid);
  expect(contoso?.claims).toMatchObject({ appidacr: '1', xms_idrel: expect.anything() });
  await expect(lab.api.tokens.forge({ principal: 'operator', audience })).rejects.toMatchObject({ status: 400 });
});

it('leaves no token behind in events', async () => {
  const { token } = await lab.api.tokens.forge({ principal: 'vm-app01', audience: 'https://vault.azure.net' });
  const { events } = await lab.api.events.list({ service: 'entra', limit: 1_000 });
  expect(events.some(({ operation }) => operation === 'ForgeToken')).toBe(true);
  const told = JSON.stringify(events);
  for (const part of token.split('.').slice(1)) expect(told).not.toContain(part);
});

it('goes by the clock of the lab', async () => {
  const { now } = await lab.api.clock.forward(3 * 86_400);
  const { claims } = await lab.api.tokens.forge({ principal: 'vm-app01', audience: 'https://vault.azure.net' });
  expect(claims.exp).toBeGreaterThan(now + 86_000);
  expect(claims.nbf).toBeLessThanOrEqual(now);
});
