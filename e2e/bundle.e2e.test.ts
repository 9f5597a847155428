import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@lab/lab/root.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docker, PORT, PROJECT } from './lab.ts';

const run = promisify(execFile);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterAll(async () => {
  await docker('compose', '--project-name', PROJECT, '--profile', '*', 'down', '--volumes', '--timeout', '1');
  rmSync(directory, { recursive: true, force: true });
});

it('the lab comes up from one file, in a checkout without packages, from images that the engine did not have', async () => {
  const file = join(directory, 'lab.tar');
  await run(process.execPath, [join(ROOT, 'lab', 'run.mjs'), 'bundle', file], { timeout: 600_000 });
  await docker('image', 'rm', '--force', 'managed-identity-lab/dns', 'managed-identity-lab/gateway');

  const checkout = join(directory, 'checkout');
  for (const path of ['package.json', 'lab/run.mjs', 'lab/load.mjs']) cpSync(join(ROOT, path), join(checkout, path));
  const { stdout } = await run(process.execPath, [join(checkout, 'lab', 'run.mjs'), 'load', file], {
    env: {
      ...process.env,
      PATH: [withoutNpm(), process.env.PATH].join(delimiter),
      COMPOSE_PROJECT_NAME: PROJECT,
      LAB_PORT: String(PORT),
    },
  });
  expect(stdout).toContain(`The lab is up: http://localhost:${PORT}`);
  const health = await fetch(`http://127.0.0.1:${PORT}/lab/v1/health`);
  expect(await health.json()).toMatchObject({ ready: true });
}, 900_000);

/** A directory with an npm that fails: where there is no network, nothing can be installed. */
function withoutNpm(): string {
  for (const name of ['npm', 'npx']) writeFileSync(join(directory, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return dirname(join(directory, 'npm'));
}
