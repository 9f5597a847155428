import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exportSpans } from './export-spans.ts';
import { loadSpans, PACKAGES } from './load.ts';

const manifest = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../../../${path}/package.json`, import.meta.url), 'utf8'));
const ofOpenTelemetry = (names: object) =>
  Object.fromEntries(Object.entries(names).filter(([name]) => name.startsWith('@opentelemetry/')));

it('names the packages that make spans as the portal has them, and the embedded lab asks nobody to have them', () => {
  expect(ofOpenTelemetry(manifest('services/portal').dependencies)).toEqual(PACKAGES);
  const { dependencies, peerDependencies, peerDependenciesMeta } = manifest('packages/embedded');
  expect(ofOpenTelemetry(dependencies)).toEqual({});
  // Any version: who has another one for a purpose of their own could not install the lab otherwise.
  for (const name of Object.keys(PACKAGES)) {
    expect([name, peerDependencies[name], peerDependenciesMeta[name]]).toEqual([name, '*', { optional: true }]);
  }
});

it.each([
  ['is missing', Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' })],
  ['has another shape', new SyntaxError("does not provide an export named 'BatchSpanProcessor'")],
])('says what to install where a package of it %s', async (_, error) => {
  const words = "npm install '@opentelemetry/api@^1.10.0' '@opentelemetry/core@^3.1.1' ";
  await expect(loadSpans(() => Promise.reject(error))).rejects.toThrow(words);
});

it('hides no other error, and loads what is there', async () => {
  await expect(loadSpans(() => Promise.reject(new Error('other')))).rejects.toThrow(/^other$/);
  await expect(loadSpans()).resolves.toMatchObject({ exportSpans });
});
