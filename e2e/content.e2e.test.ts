/** What the lab contains is a file, applied once per content: a restart undoes nothing, a change changes its own entries. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, type Lab, type LabAnswer, startLab, tokenOf } from './lab.ts';

const directory = mkdtempSync(join(tmpdir(), 'lab-file-'));
const labFile = join(directory, 'lab.yaml');
const original = readFileSync(new URL('lab.e2e.yaml', import.meta.url), 'utf8');

let lab: Lab;
beforeAll(async () => {
  writeFileSync(labFile, original);
  lab = await startLab({ variant: 'tests', labFile });
});
afterAll(async () => {
  await lab?.down();
  rmSync(directory, { recursive: true });
});

const VAULT = 'https://kv-lab.vault.azure.net';
const STORAGE = 'https://stlab.blob.core.windows.net';

async function vault(method: string, path: string, body?: unknown): Promise<LabAnswer> {
  const headers = {
    authorization: `Bearer ${await tokenOf(lab, 'https://vault.azure.net')}`,
    'content-type': 'application/json',
  };
  const [answer] = await lab.send('app', [
    {
      url: `${VAULT}${path}?api-version=7.4`,
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  ]);
  return answer as LabAnswer;
}
async function blob(method: string, path: string, body?: string): Promise<LabAnswer> {
  const authorization = `Bearer ${await tokenOf(lab, 'https://storage.azure.com')}`;
  const headers = {
    authorization,
    'x-ms-version': '2024-11-04',
    ...(body !== undefined && { 'x-ms-blob-type': 'BlockBlob' }),
  };
  const [answer] = await lab.send('app', [
    { url: `${STORAGE}${path}`, method, headers, ...(body !== undefined && { body }) },
  ]);
  return answer as LabAnswer;
}
const secretValue = async (name: string) => {
  const answer = await vault('GET', `/secrets/${name}`);
  return answer.status === 200 ? JSON.parse(answer.body).value : answer.status;
};
const up = () => lab.compose('up', '--detach', '--wait', '--no-build');

it('keeps what was done by hand over a restart of everything and a second up', async () => {
  await vault('PUT', '/secrets/ByHand', { value: 'mine' });
  await vault('PUT', '/secrets/ConnectionString', { value: 'changed by hand' });
  await blob('PUT', '/samples/by-hand.txt', 'mine too');
  await blob('DELETE', '/samples/welcome.txt');
  const token = await tokenOf(lab, 'https://vault.azure.net');

  expect((await lab.compose('restart', '--timeout', '3')).exitCode).toBe(0);
  expect((await up()).exitCode).toBe(0);

  expect(await secretValue('ByHand')).toBe('mine');
  expect(await secretValue('ConnectionString')).toBe('changed by hand');
  expect((await blob('GET', '/samples/by-hand.txt')).body).toBe('mine too');
  expect((await blob('GET', '/samples/welcome.txt')).status).toBe(404);
  const [answer] = await lab.send('app', [
    { url: `${VAULT}/secrets/ByHand?api-version=7.4`, headers: { authorization: `Bearer ${token}` } },
  ]);
  expect(answer?.status).toBe(200);
});

it('changes the entries of a changed file, and no others', async () => {
  writeFileSync(
    labFile,
    original
      .replace(
        'secrets:\n                  ConnectionString',
        'secrets:\n                  Added: new in the file\n                  ConnectionString',
      )
      .replace(
        '                    blobs:\n                      welcome.txt: Welcome to the managed identity lab.\n',
        '',
      ),
  );
  expect((await up()).exitCode).toBe(0);
  expect(
    await eventually(async () => (await secretValue('Added')) === 'new in the file', 10_000, 'the new secret'),
  ).toBe(true);
  expect(await secretValue('ByHand')).toBe('mine');
  expect(await secretValue('ConnectionString')).toBe('changed by hand');
  expect((await blob('GET', '/samples/by-hand.txt')).body).toBe('mine too');
});

it('takes away a role whose assignment has gone from the file', async () => {
  const text = readFileSync(labFile, 'utf8');
  writeFileSync(
    labFile,
    text.replace(/ {16}roleAssignments:\n {18}- \{ principal: vm-app01, role: Key Vault Secrets Officer \}\n/, ''),
  );
  expect(readFileSync(labFile, 'utf8')).not.toBe(text);
  expect((await up()).exitCode).toBe(0);
  expect(await eventually(async () => (await secretValue('ByHand')) === 403, 10_000, 'the refusal')).toBe(true);
  writeFileSync(labFile, text);
  expect((await up()).exitCode).toBe(0);
  expect(await eventually(async () => (await secretValue('ByHand')) === 'mine', 10_000, 'the role again')).toBe(true);
});

it('stops the start for a virtual machine that has no place in the topology, with a sentence, and leaves the running lab alone', async () => {
  const text = readFileSync(labFile, 'utf8');
  writeFileSync(labFile, text.replace('- name: vm-bare', '- name: vm-nowhere'));
  try {
    expect((await up()).exitCode).not.toBe(0);
    const { stdout, stderr } = await lab.compose('logs', '--no-log-prefix', 'pki');
    expect(stdout + stderr).toMatch(/lab\.yaml:\d+: .*the virtual machine vm-nowhere has no place in the topology/);
    expect(await secretValue('ByHand')).toBe('mine');
  } finally {
    writeFileSync(labFile, text);
  }
});
