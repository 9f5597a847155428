import { expect, it } from 'vitest';
import type { Ended } from '../processes.ts';
import { withoutSecrets } from './lab-file.ts';
import { writeReport } from './report.ts';
import { type Sources, sectionsOf } from './sections.ts';

const done = (stdout: string): Ended => ({ code: 0, stdout, stderr: '' });
const PLANTED = {
  vault: 'planted-value-of-a-secret',
  apiToken: 'P'.repeat(43),
  operator: 'planted~operator-secret',
  identityHeader: '853B9A84E08F4B22B6E6B0E0A1B2C3D4',
};
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJtZSJ9.planted-signature';
const everything = `${Object.values(PLANTED).join(' ')} ${TOKEN}`;
const labFile = withoutSecrets(`tenants: # ${PLANTED.vault}\n  - vaults: [{ secrets: { a: ${PLANTED.vault} } }]\n`);

const sources = (changed: Partial<Sources> = {}): Sources => ({
  capture: async (file, args) => done(`${file} ${args.join(' ')} ${everything}`),
  compose: async (...args) => done(`\u001b[2Kcompose ${args.join(' ')} ${everything}`),
  services: ['imds', 'keyvault'],
  ask: async (path) =>
    path.startsWith('/events')
      ? JSON.stringify({
          events: path.includes('since') ? [] : [{ service: 'imds', note: everything }],
          cursor: 'c',
          unheard: ['cluster'],
        })
      : JSON.stringify({ path, everything }),
  doctor: async () => `Nothing is in the way ${everything}`,
  labFile: () => labFile.text,
  now: () => new Date(0),
  ...changed,
});

const report = (from: Sources) => writeReport(sectionsOf(from), [...Object.values(PLANTED), ...labFile.secrets], 1_000);

it('has everything that one wants to know, and no secret that was planted anywhere', async () => {
  const text = await report(sources());
  for (const title of ['about', 'docker', 'doctor', 'containers', 'health', 'clock', 'faults', 'lab.yaml', 'events']) {
    expect(text).toContain(`===== ${title} =====`);
  }
  expect(text).toContain('===== log of keyvault =====\n\ncompose logs');
  expect(text).toContain('(not heard: cluster)\n{"service":"imds"');
  expect(text).toContain('secrets: { a: (secret) }');
  for (const secret of Object.values(PLANTED)) expect(text).not.toContain(secret);
  expect(text).not.toContain('planted');
});

it('is written though the portal is down, and says so', async () => {
  const text = await report(sources({ ask: () => Promise.reject(new Error('connect ECONNREFUSED')) }));
  expect(text).toContain('===== events =====\n\n(not to be had: connect ECONNREFUSED)');
  expect(text).toContain('===== log of imds =====\n\ncompose logs');
});

it('is written though there is no Docker, and though a part never answers', async () => {
  const missing = async (): Promise<Ended> => ({
    code: 127,
    stdout: '',
    stderr: 'There is no command called docker here.',
  });
  const text = await writeReport(
    sectionsOf(sources({ capture: missing, compose: missing, doctor: () => new Promise(() => {}) })),
    [],
    50,
  );
  expect(text).toContain(
    '===== docker =====\n\n(not to be had: exit code 127: There is no command called docker here.)',
  );
  expect(text).toContain('===== doctor =====\n\n(not to be had: no answer within 50 ms)');
});

it('shows a secret neither where a part failed', async () => {
  const failing = async (): Promise<Ended> => ({ code: 1, stdout: '', stderr: everything });
  expect(await report(sources({ compose: failing }))).not.toContain('planted');
});
