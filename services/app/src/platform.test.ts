import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const IMAGE = new URL('../image/', import.meta.url).pathname;

/** What a command prints that is run by `workload` with these lines from the platform. */
function workload(lines: string | undefined, ...command: string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'platform-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [env, script, wrapper] = ['env', 'platform.sh', 'workload'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  if (lines !== undefined) writeFileSync(env, lines);
  writeFileSync(script, readFileSync(join(IMAGE, 'platform.sh'), 'utf8').replaceAll('/run/platform/env', env));
  writeFileSync(wrapper, readFileSync(join(IMAGE, 'workload'), 'utf8').replace('/etc/profile.d/platform.sh', script));
  return execFileSync('sh', [wrapper, ...command], { encoding: 'utf8', env: { PATH: process.env.PATH } });
}

it('runs a command with the variables of the platform, values to the letter', () => {
  const lines = 'IDENTITY_ENDPOINT=http://169.254.129.2:8081/msi/token?a=b&c=\nIDENTITY_HEADER=a b"$HOME`c`\'';
  expect(workload(lines, 'sh', '-c', 'printf "%s|%s" "$IDENTITY_ENDPOINT" "$IDENTITY_HEADER"')).toBe(
    'http://169.254.129.2:8081/msi/token?a=b&c=|a b"$HOME`c`\'',
  );
});

it('runs nothing that stands in a value', () => {
  const trace = join(tmpdir(), `platform-trace-${process.pid}`);
  workload(`IDENTITY_HEADER=$(touch ${trace})\nX;touch ${trace}\n`, 'true');
  expect(existsSync(trace)).toBe(false);
});

it('runs a command on a machine whose platform sets nothing', () => {
  expect(workload(undefined, 'echo', 'x  y')).toBe('x  y\n');
});
