import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { LabRequest } from './lab-request.ts';
import { withPlatformVariables } from './platform-variables.ts';

const SITE = { IDENTITY_ENDPOINT: 'http://169.254.129.2:8081/msi/token', IDENTITY_HEADER: 'a$&b' };
const header = (url: string, value: string): LabRequest => ({
  method: 'GET',
  url,
  headers: [['X-IDENTITY-HEADER', value]],
});

it.each(['$IDENTITY_HEADER', `$\{IDENTITY_HEADER}`])('puts the secret of App Service where %s stands', async (text) => {
  const { headers } = await withPlatformVariables(header(`${SITE.IDENTITY_ENDPOINT}?a=b`, text), SITE);
  expect(headers).toEqual([['X-IDENTITY-HEADER', 'a$&b']]);
});

it.each(['https://kv-lab.vault.azure.net/', 'http://169.254.169.254/', 'https://login.microsoftonline.com/'])(
  'tells the secret of App Service to nobody else: %s',
  async (url) => {
    const request = header(url, '$IDENTITY_HEADER');
    expect(await withPlatformVariables(request, SITE)).toEqual(request);
  },
);

it.each(['x-ms-client-request-id', 'User-Agent'])(
  'puts the secret of App Service into no header that is recorded or sent back: %s',
  async (name) => {
    const request: LabRequest = { method: 'GET', url: SITE.IDENTITY_ENDPOINT, headers: [[name, '$IDENTITY_HEADER']] };
    expect(await withPlatformVariables(request, SITE)).toEqual(request);
  },
);

it('puts the secret of App Service where the first version of its protocol has it', async () => {
  const request: LabRequest = { method: 'GET', url: SITE.IDENTITY_ENDPOINT, headers: [['Secret', '$IDENTITY_HEADER']] };
  expect((await withPlatformVariables(request, SITE)).headers).toEqual([['Secret', 'a$&b']]);
});

it('leaves a request as it is where the platform tells nothing, and names that only begin alike', async () => {
  const request = header(SITE.IDENTITY_ENDPOINT, '$IDENTITY_HEADER');
  expect(await withPlatformVariables(request, {})).toEqual(request);
  const other = header(SITE.IDENTITY_ENDPOINT, '$IDENTITY_HEADERS');
  expect(await withPlatformVariables(other, SITE)).toEqual(other);
});

it("puts a pod's token into what is for Entra, and into nothing else", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pod-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'token');
  writeFileSync(file, 'a.b.c\n');
  const pod = { AZURE_FEDERATED_TOKEN_FILE: file };
  const sent = (url: string): LabRequest => ({
    method: 'POST',
    url,
    body: 'client_assertion=$AZURE_FEDERATED_TOKEN&b=c',
  });
  const entra = sent('https://login.microsoftonline.com/t/oauth2/v2.0/token');
  expect((await withPlatformVariables(entra, pod)).body).toBe('client_assertion=a.b.c&b=c');
  const told = { ...entra, body: 'client_id=$AZURE_FEDERATED_TOKEN&scope=x$AZURE_FEDERATED_TOKEN' };
  expect(await withPlatformVariables(told, pod)).toEqual(told);
  const vault = sent('https://kv-lab.vault.azure.net/');
  expect(await withPlatformVariables(vault, pod)).toEqual(vault);
});
