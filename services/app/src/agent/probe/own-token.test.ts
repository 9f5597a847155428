import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ownToken } from './own-token.ts';
import type { Probed, Sent } from './send-probe.ts';

/** Somebody who answers a request for a token with this, and what was asked. */
function issuer(status: number, body: string) {
  const sent: Sent[] = [];
  const send = async <T>(request: Sent, read?: (body: string, status: number) => T): Promise<Probed & { read?: T }> => {
    sent.push(request);
    return { status, durationMs: 3, ...(read && { read: read(body, status) }) };
  };
  return { sent, send };
}
const GOOD = '{"access_token":"a.b.c","expires_in":"86399"}';

it('a virtual machine asks IMDS', async () => {
  const { sent, send } = issuer(200, GOOD);
  expect(await ownToken('https://vault.azure.net', {}, send)).toEqual({ token: 'a.b.c' });
  expect(sent).toEqual([
    {
      url: 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net',
      headers: { Metadata: 'true' },
    },
  ]);
});

it('a function app asks the endpoint of App Service, with its header', async () => {
  const { sent, send } = issuer(200, GOOD);
  await ownToken('api://orders-api', { IDENTITY_HEADER: 'h' }, send);
  expect(sent).toEqual([
    {
      url: 'http://169.254.129.2:8081/msi/token?api-version=2019-08-01&resource=api%3A%2F%2Forders-api',
      headers: { 'X-IDENTITY-HEADER': 'h' },
    },
  ]);
});

it('a pod exchanges the token of its service account, as it is in the file now', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'own-token-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'token');
  writeFileSync(file, 'x.y.z');
  const { sent, send } = issuer(200, GOOD);
  const pod = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_FEDERATED_TOKEN_FILE: file };
  await ownToken('https://vault.azure.net', pod, send);
  expect(sent[0]?.url).toBe('https://login.microsoftonline.com/tenant/oauth2/v2.0/token');
  expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toMatchObject({
    client_id: 'client',
    scope: 'https://vault.azure.net/.default',
    client_assertion: 'x.y.z',
  });
});

it.each([
  [400, '{"error":"invalid_request"}'],
  [200, 'no JSON'],
  [200, '{"access_token":7}'],
])('what came instead of a token is told: %i %s', async (status, body) => {
  const { send } = issuer(status, body);
  expect(await ownToken('https://vault.azure.net', {}, send)).toEqual({ refused: { status, durationMs: 3 } });
});
