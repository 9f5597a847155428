/** A day, a month, a year: what ends in the lab does so in all services at once, and what is renewed has been. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import jwt from 'jsonwebtoken';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';

const LAB = `
tenants:
  - name: contoso
    subscriptions:
      - name: apps
        resourceGroups:
          - name: rg
            virtualMachines: [{ name: vm-app01, systemAssignedIdentity: true }]
            vaults:
              - name: kv-lab
                softDeleteRetentionInDays: 7
                secrets: { Short: lived, Long: lived }
                roleAssignments: [{ principal: vm-app01, role: Key Vault Secrets Officer }]
              - name: kv-other
            storageAccounts:
              - name: stlab
                containers: [{ name: samples }]
                roleAssignments: [{ principal: vm-app01, role: Storage Blob Data Contributor }]
`;
const DAY = 86_400;

let lab: EmbeddedLab;
let dispatcher: Agent;
const directory = mkdtempSync(join(tmpdir(), 'clock-'));
beforeAll(async () => {
  const labFile = join(directory, 'lab.yaml');
  writeFileSync(labFile, LAB);
  lab = await startLab({ labFile });
  dispatcher = new Agent({ connect: { ca: readFileSync(lab.caBundle) } });
});
afterAll(async () => {
  await dispatcher?.destroy();
  await lab?.close();
  rmSync(directory, { recursive: true });
});

async function tokenFor(resource: string): Promise<string> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER = '' } = lab.environment;
  const { statusCode, body } = await request(`${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${resource}`, {
    headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER },
  });
  const answer = (await body.json()) as { access_token: string };
  expect([statusCode, answer]).toMatchObject([200, { access_token: expect.any(String) }]);
  return answer.access_token;
}
const vaultToken = () => tokenFor('https://vault.azure.net');

async function vault(method: 'GET' | 'DELETE', path: string, token: string) {
  const url = `${lab.vaultUrls['kv-lab']}${path}?api-version=7.4`;
  const { statusCode, headers, body } = await request(url, {
    method,
    dispatcher,
    headers: { authorization: `Bearer ${token}` },
  });
  await body.dump();
  return { status: statusCode, challenge: String(headers['www-authenticate'] ?? '') };
}

async function putBlob(token: string) {
  const { statusCode, headers, body } = await request(`${lab.accountUrls.stlab}/samples/note`, {
    method: 'PUT',
    dispatcher,
    headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2021-12-02', 'x-ms-blob-type': 'BlockBlob' },
    body: 'x',
  });
  await body.dump();
  return { status: statusCode, lastModified: Date.parse(String(headers['last-modified'])) / 1_000 };
}

const kidOf = (token: string) => jwt.decode(token, { complete: true })?.header.kid;
const claimsOf = (token: string) => jwt.decode(token, { json: true }) as { iat: number; exp: number };

it('ends a token after 24 hours, in the vault and in the account, and IMDS gives the next one', async () => {
  const [forVault, forBlob] = await Promise.all([vaultToken(), tokenFor('https://storage.azure.com')]);
  expect((await vault('GET', '/secrets/Long', forVault)).status).toBe(200);
  expect((await putBlob(forBlob)).status).toBe(201);

  const { now } = await lab.api.clock.forward(DAY + 600);
  expect(await vault('GET', '/secrets/Long', forVault)).toMatchObject({
    status: 401,
    challenge: expect.stringContaining('Bearer'),
  });
  expect((await putBlob(forBlob)).status).toBe(401);

  const next = await vaultToken();
  expect(claimsOf(next).exp).toBeGreaterThan(now + DAY - 600);
  expect((await vault('GET', '/secrets/Long', next)).status).toBe(200);
  const written = await putBlob(await tokenFor('https://storage.azure.com'));
  expect(written.status).toBe(201);
  expect(written.lastModified).toBeGreaterThanOrEqual(now);
});

it('purges a deleted secret when its retention is over', async () => {
  const token = await vaultToken();
  expect((await vault('DELETE', '/secrets/Short', token)).status).toBe(200);
  await lab.api.clock.forward(7 * DAY - 60);
  expect((await vault('GET', '/deletedsecrets/Short', await vaultToken())).status).toBe(200);
  await lab.api.clock.forward(120);
  expect((await vault('GET', '/deletedsecrets/Short', await vaultToken())).status).toBe(404);
});

it('rolls the keys that tokens are signed with, and the certificates of identities, also those that have ended', async () => {
  const kids = new Set([kidOf(await vaultToken())]);
  for (const days of [43, 100]) {
    await lab.api.clock.forward(days * DAY);
    const token = await vaultToken();
    kids.add(kidOf(token));
    expect((await vault('GET', '/secrets/Long', token)).status).toBe(200);
  }
  expect(kids.size).toBe(3);
});

it('stands still while it is held, and goes on from no earlier', async () => {
  const held = await lab.api.clock.hold();
  expect(held.heldAt).toBe(held.now);
  const moved = await lab.api.clock.forward(2 * DAY);
  expect(moved.heldAt).toBe(held.now + 2 * DAY);
  expect(claimsOf(await vaultToken()).iat).toBeLessThanOrEqual(moved.now);
  expect(await lab.api.clock.read()).toEqual({
    now: moved.now,
    offsetSeconds: moved.offsetSeconds,
    heldAt: moved.heldAt,
  });
  const released = await lab.api.clock.release();
  expect(released.heldAt).toBeNull();
  expect(released.now).toBeGreaterThanOrEqual(moved.now);
});

it('refuses to go back, and further than ten years', async () => {
  const before = await lab.api.clock.read();
  for (const seconds of [-1, 0.5, 11 * 366 * DAY])
    await expect(lab.api.clock.forward(seconds)).rejects.toMatchObject({ status: 400 });
  expect((await lab.api.clock.read()).offsetSeconds).toBe(before.offsetSeconds);
});
