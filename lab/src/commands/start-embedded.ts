import { resolve } from 'node:path';
import { judgeEngine } from '../docker/engine.ts';
import { isAptBased } from '../doctor/probe.ts';
import { ROOT } from '../root.ts';

/** What the embedded lab says about how to reach it. */
export type EmbeddedAccess = {
  readonly environment: Readonly<Record<string, string>>;
  readonly options: readonly { readonly sdk: string; readonly text: string }[];
  readonly tryCommand: string;
};

/**
 * The lab in this process, until Ctrl-C.
 *
 * @param remedy How this machine gets an engine, for the line that says what this mode lacks.
 */
export async function startEmbeddedLab(remedy = howToGetAnEngine()): Promise<number> {
  // Only here: the other commands need none of the services.
  const { startLab } = await import('@managed-identity-lab/embedded');
  const labFile = process.env.LAB_FILE;
  const lab = await startLab(labFile === undefined ? {} : { labFile: resolve(ROOT, labFile) });
  console.log(describeEmbedded(lab, remedy));
  await signalled();
  await lab.close();
  return 0;
}

const howToGetAnEngine = (): string => {
  const verdict = judgeEngine({}, isAptBased());
  return verdict.usable ? '' : verdict.remedy;
};

export function describeEmbedded(lab: EmbeddedAccess, remedy: string): string {
  const widest = Math.max(0, ...lab.options.map(({ sdk }) => sdk.length));
  return [
    'The embedded lab is up: one process, loopback ports.',
    '',
    'Environment of your program:',
    ...Object.entries(lab.environment).map(([name, value]) => `  export ${name}=${quoted(value)}`),
    '',
    'Client options, because the names of these endpoints do not end as in Azure:',
    ...lab.options.map(
      ({ sdk, text }) => `  ${sdk.padEnd(widest)}  ${text.replaceAll('\n', `\n${' '.repeat(widest + 4)}`)}`,
    ),
    '',
    'Try:',
    `  ${lab.tryCommand.replaceAll('\n', '\n  ')}`,
    '',
    `There is no network isolation in this mode. For the full lab: ${remedy.replace(/ +# (.*)$/, ' ($1)')}, then npm start.`,
    'Ctrl-C ends it.',
  ].join('\n');
}

/** For a POSIX shell. */
const quoted = (value: string): string =>
  /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;

/** Later signals are heard and change nothing: npm and a terminal may both send the same Ctrl-C. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
