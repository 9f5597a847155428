/**
 * `npm run bench`: the figures of docs/benchmarks.md, measured on a lab of its own that is started for it and removed
 * afterwards. Absolute figures depend on the machine; its line is printed with them.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decisions } from './bench-decisions.ts';
import { embeddedStart } from './bench-embedded.ts';
import { eventOverhead } from './bench-events.ts';
import { capture, type Ended } from './processes.ts';
import { ROOT } from './root.ts';

const PROJECT = 'managed-identity-lab-bench';
const MIB = 1024 * 1024;

type Figure = { readonly what: string; readonly measured: string; readonly goal: string; readonly met: boolean };

export async function bench(): Promise<number> {
  process.env.LAB_PORT ??= '18081'; // beside a lab's own page, if there is one
  const figures: Figure[] = [];
  await docker('compose', 'build', '--quiet');
  await composeDown();
  try {
    figures.push(...decisionFigures());
    figures.push(await eventFigure());
    figures.push(atMost('start of the embedded lab (median of 20)', await embeddedStart(), 'ms', 700, 0));
    figures.push(...(await startUp()));
    figures.push(...(await tokens()));
    figures.push(...(await streaming()));
    console.error('Waiting until the lab has been ready for 60 s …');
    await docker('compose', '--project-name', PROJECT, 'restart', '--timeout', '3');
    await sleep(65_000);
    figures.push(await memory());
  } finally {
    await composeDown();
  }
  console.log(table(figures));
  return figures.every(({ met }) => met) ? 0 : 1;
}

/** In this process, on a database of its own: what `keyvault` and `blob` do with 100,000 role assignments. */
function decisionFigures(): Figure[] {
  const { decisionUs, firstStartMs, restartMs } = decisions();
  const stored = 'with 100,000 role assignments stored';
  return [
    ...([1, 10, 100] as const).map((held) =>
      atMost(`a decision, ${stored}, ${held} of them the caller's`, decisionUs[held], 'µs', 50, 1),
    ),
    atMost(`first start of a data plane ${stored}, more than without`, firstStartMs / 1_000, 's', 2, 2),
    atMost(`the same, what it knew was there before`, restartMs / 1_000, 's', 2, 2),
  ];
}

/** In this process: the real app of `keyvault`, with its events and without. */
async function eventFigure(): Promise<Figure> {
  const { withMs, withoutMs } = await eventOverhead();
  const what = `a secret read over HTTP with events recorded (${withMs.toFixed(3)} ms), against without (${withoutMs.toFixed(3)} ms)`;
  return atMost(what, withMs / withoutMs, '×', 1.2, 3);
}

/** From `docker compose up --wait`, nothing but the images there, to the first secret that the app has read. */
async function startUp(): Promise<Figure[]> {
  const cold = await timed(async () => {
    await docker('compose', '--project-name', PROJECT, 'up', '--wait', '--detach', '--no-build');
    await runApp();
  });
  await docker('compose', '--project-name', PROJECT, 'stop', '--timeout', '3');
  const warm = await timed(async () => {
    await docker('compose', '--project-name', PROJECT, 'up', '--wait', '--detach', '--no-build');
    await runApp();
  });
  return [
    atMost('`docker compose up --wait` to the first secret read, first start', cold / 1_000, 's', 10, 1),
    atMost('the same, a lab that was there before', warm / 1_000, 's', 10, 1),
  ];
}

/** The program on vm-app01 reads its secret and its blob; fails when a step does. */
async function runApp(): Promise<void> {
  const agent = ['curl', '-sS', '--unix-socket', '/run/agent/agent.sock', '-X', 'POST', 'http://agent/run'];
  const { outcome } = JSON.parse(await exec('app', ...agent));
  if (outcome !== 'succeeded') throw new Error('the app did not get its secret');
}

/** Seen from vm-app01: a token that nobody has asked for yet, and the same once more. Medians of several resources. */
async function tokens(): Promise<Figure[]> {
  const script = `
    const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    const resources = ['https://graph.microsoft.com', 'https://database.windows.net/', 'https://servicebus.azure.net/', 'https://eventhubs.azure.net/', 'https://cosmos.azure.com', 'https://management.azure.com/', 'https://disk.azure.com/'];
    const ask = async (resource) => {
      const started = performance.now();
      const response = await fetch('http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=' + encodeURIComponent(resource), { headers: { Metadata: 'true' } });
      await response.text();
      if (response.status !== 200) throw new Error(resource + ': ' + response.status);
      return performance.now() - started;
    };
    (async () => {
      await ask('https://vault.azure.net'); // the connection, and the program's own first time
      const first = [], cached = [];
      for (const resource of resources) first.push(await ask(resource));
      for (let round = 0; round < 20; round += 1) for (const resource of resources) cached.push(await ask(resource));
      console.log(JSON.stringify({ first: median(first), cached: median(cached) }));
    })();`;
  const { first, cached } = JSON.parse(await exec('app', 'node', '-e', script));
  return [atMost('first token to the app', first, 'ms', 100, 1), atMost('cached token to the app', cached, 'ms', 5, 1)];
}

/** One gibibyte up in one request and down again, compared by digest; the peak is that of the `blob` process. */
async function streaming(): Promise<Figure[]> {
  const output = await exec('app', 'node', '-e', readFileSync(join(ROOT, 'lab/src/bench-stream.cjs'), 'utf8'));
  const { up, down, same } = JSON.parse(output);
  if (!same) throw new Error('what came down is not what went up');
  const script =
    'for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" = /usr/local/bin/node ] && grep VmHWM $p/status; done; true';
  const peakKiB = Number(/(\d+) kB/.exec(await exec('blob', 'bash', '-c', script))?.[1]);
  return [
    atMost('peak memory of `blob` while 1 GiB streams up and down', peakKiB / 1024, 'MiB', 150, 0),
    {
      what: '1 GiB up, 1 GiB down',
      measured: `${(1024 / up).toFixed(0)} and ${(1024 / down).toFixed(0)} MiB/s`,
      goal: '–',
      met: true,
    },
  ];
}

async function memory(): Promise<Figure> {
  const ids = (await docker('compose', '--project-name', PROJECT, 'ps', '--quiet')).split('\n').filter(Boolean);
  const lines = (await docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...ids)).split('\n');
  const sum = lines.reduce((total, line) => total + parseMemory(line.split(' ')[1] ?? ''), 0);
  return atMost(`sum of \`docker stats\` over ${lines.length} containers, 60 s after ready`, sum / MIB, 'MiB', 450, 0);
}

/** `57.2MiB` in bytes. */
export function parseMemory(text: string): number {
  const [, number, unit] = /^([\d.]+)(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  const factor = { B: 1, KiB: 1024, MiB: MIB, GiB: 1024 * MIB }[unit as 'B' | 'KiB' | 'MiB' | 'GiB'];
  if (number === undefined || factor === undefined) throw new Error(`not an amount of memory: ${text}`);
  return Number(number) * factor;
}

const atMost = (what: string, value: number, unit: string, goal: number, digits: number): Figure => ({
  what,
  measured: `${value.toFixed(digits)} ${unit}`,
  goal: `under ${goal} ${unit}`,
  met: value < goal,
});

function table(figures: readonly Figure[]): string {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 1024 / MIB)} GiB, ${process.platform}`;
  const rows = figures.map(
    ({ what, measured, goal, met }) => `| ${what} | ${measured} | ${goal} | ${met ? 'yes' : '**no**'} |`,
  );
  return [
    `Measured on ${machine}.`,
    '',
    '| figure | measured | goal | met |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const exec = (service: string, ...command: string[]) => docker('exec', `${PROJECT}-${service}-1`, ...command);
const composeDown = () =>
  docker('compose', '--project-name', PROJECT, 'down', '--volumes', '--remove-orphans', '--timeout', '2');

async function docker(...args: string[]): Promise<string> {
  const ended: Ended = await capture('docker', args, { timeoutMs: 600_000 });
  if (ended.code !== 0) throw new Error(`docker ${args.slice(0, 4).join(' ')} …: ${ended.stderr}`);
  return ended.stdout.trim();
}
