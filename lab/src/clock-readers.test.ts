import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './root.ts';

/** Source of Azure's side and of the workloads, without tests and what only tests use. */
const sources = globSync('{services/*,shared}/src/**/*.{ts,sql}', { cwd: ROOT })
  .filter((path) => !/\.test\.ts$|\/testing[./]|\/fake-/.test(path))
  .map((path) => ({ path, code: readFileSync(join(ROOT, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '') }));

const READS_THE_SYSTEM_CLOCK =
  /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bsystemClock\b|\btimeOrigin\b|\bTemporal\.Now\b|unixepoch\(|CURRENT_TIMESTAMP|(?:date|time|strftime)\([^)]*'now'/;

/** Who may, and for what. Whatever the lab decides by time is not among it. */
const MAY: Readonly<Record<string, string>> = {
  'shared/src/clock.ts': 'is it',
  'shared/src/config.ts': "hands it to services, as what the lab's clock is ahead of",
  'shared/src/events.ts': 'when something happened, for people',
  'shared/src/faults/fault-list.ts': 'how long a fault lasts: a matter of the test, whatever time the lab has',
  'services/dns/src/name-server.ts': 'when something happened, for people',
  'services/portal/src/service.ts': 'when a run began, to find its events',
  'services/pki/src/service.ts': "how long TLS certificates are good; the operator's secret is made at the same moment",
  'services/cluster/src/store/token-files.ts': 'a name for a directory, as the kubelet makes it',
  'services/app/src/program.ts': 'a workload',
  'services/app/src/report-run.ts': 'a workload',
  'services/app/src/run-program.ts': 'a workload',
  'services/app/src/steps.ts': 'a workload',
};

it("reads the system's clock nowhere but where it says why, and for no decision of the lab's", () => {
  const readers = sources.filter(({ code }) => READS_THE_SYSTEM_CLOCK.test(code)).map(({ path }) => path);
  expect(readers.sort()).toEqual(Object.keys(MAY).sort());
});

it("gives the system's clock to nothing in a service but the lab's clock, the route that moves it, and dates of snapshots", () => {
  const uses = sources.flatMap(({ path, code }) =>
    [...code.matchAll(/.*\bconfig\.clock\b.*/g)].map(([line]) => ({ path, line: line.trim() })),
  );
  const others = uses.filter(({ line }) => line !== 'const clock = labClock(db, config.clock);');
  expect(others.map(({ path, line }) => [path, line.slice(0, 12)])).toEqual([
    ['services/arm/src/service.ts', 'system: conf'],
    ['services/arm/src/service.ts', 'clockRoutes('],
  ]);
  expect(new Set(uses.map(({ path }) => path.split('/')[1]))).toEqual(
    new Set(['arm', 'blob', 'cluster', 'entra', 'imds', 'keyvault']),
  );
});

it('lets no library compare the times of a token: they would read the system clock', () => {
  for (const { path, code } of sources) {
    for (const [call] of code.matchAll(/\bjwt\.verify\((?:[^;]|\n)*?;/g)) {
      expect(call, path).toMatch(/ignoreExpiration: true/);
      expect(call, path).toMatch(/ignoreNotBefore: true/);
    }
    for (const [call] of code.matchAll(/\bjwt\.sign\((?:[^;]|\n)*?;/g))
      expect(call, path).not.toMatch(/expiresIn|notBefore:/);
  }
});
