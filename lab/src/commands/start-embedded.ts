import { resolve } from 'node:path';
import type { EmbeddedLab, Environment } from '@managed-identity-lab/embedded';
import { judgeEngine } from '../docker/engine.ts';
import { isAptBased } from '../doctor/probe.ts';
import { ROOT } from '../root.ts';
import { describeOperator } from './operator.ts';

/** What the embedded lab says about how to reach it. */
export type EmbeddedAccess = Pick<
  EmbeddedLab,
  | 'environment'
  | 'options'
  | 'virtualMachines'
  | 'functionApps'
  | 'pods'
  | 'vaultUrls'
  | 'accountUrls'
  | 'armUrl'
  | 'graphUrl'
  | 'url'
  | 'apiToken'
  | 'operators'
  | 'tryCommand'
>;

/**
 * The lab in this process, until Ctrl-C.
 *
 * @param directory Where it keeps its state; absent: it keeps none.
 * @param remedy How this machine gets an engine, for the line that says what this mode lacks.
 */
export async function startEmbeddedLab({
  directory,
  remedy = howToGetAnEngine(),
}: {
  directory?: string | undefined;
  remedy?: string;
} = {}): Promise<number> {
  // Only here: the other commands need none of the services.
  const { buildPage } = await import('../page/build-page.ts');
  await buildPage();
  const { startLab } = await import('@managed-identity-lab/embedded');
  const { parseCollector } = await import('@lab/portal/config.ts');
  const labFile = process.env.LAB_FILE;
  const collector = parseCollector(process.env);
  const lab = await startLab({
    ...(labFile !== undefined && { labFile: resolve(ROOT, labFile) }),
    ...(directory !== undefined && { directory: resolve(directory) }),
    ...(collector && { collector }),
  });
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
  return [
    `The embedded lab is up: ${lab.url}`,
    'One process, loopback ports.',
    '',
    'Environment of your program:',
    ...exportsOf(lab.environment),
    ...elsewhere(lab),
    '',
    'Client options, because the names of these endpoints do not end as in Azure:',
    ...lab.options.flatMap(({ sdk, text, but }) =>
      table(
        [[sdk, [text, ...(but === undefined ? [] : [`But: ${but}`])].filter((line) => line !== '').join('\n')]],
        SDK_WIDTH,
      ),
    ),
    '',
    'Endpoints:',
    ...table([
      ...Object.entries(lab.vaultUrls),
      ...Object.entries(lab.accountUrls),
      ['Resource Manager', lab.armUrl],
      ['Microsoft Graph', lab.graphUrl],
      ['Lab API', `${lab.url}/lab/v1\nAuthorization: Bearer ${lab.apiToken}`],
    ]),
    '',
    'Who may change the lab through Resource Manager and Graph:',
    ...lab.operators.flatMap((operator) => describeOperator(operator).split('\n')).map((line) => `  ${line}`),
    '',
    'Try:',
    `  ${lab.tryCommand.replaceAll('\n', '\n  ')}`,
    '',
    `There is no network isolation in this mode. For the full lab: ${remedy.replace(/ +# (.*)$/, ' ($1)')}, then npm start.`,
    'Ctrl-C ends it.',
  ].join('\n');
}

const SDK_WIDTH = 10;

const exportsOf = (environment: Environment, indent = '  ') =>
  Object.entries(environment).map(([name, value]) => `${indent}export ${name}=${quoted(value)}`);

/** Of each other place where a program can run: the variables that are otherwise there. */
function elsewhere(lab: EmbeddedAccess): string[] {
  const places: [string, Environment][] = [
    ...Object.values(lab.virtualMachines).flatMap(({ name, environment, imds }): [string, Environment][] => [
      [`${name}, by the App Service protocol`, environment],
      [`${name}, by the protocol of IMDS`, imds.environment],
    ]),
    ...[...Object.values(lab.functionApps), ...Object.values(lab.pods)].map(
      ({ name, environment }): [string, Environment] => [name, environment],
    ),
  ];
  const own = Object.keys(lab.environment)
    .filter((name) => name.startsWith('IDENTITY_'))
    .join(' and ');
  const others = places.flatMap(([name, environment]) => {
    const different = Object.entries(environment).filter(([key, value]) => lab.environment[key] !== value);
    return different.length === 0 ? [] : [`  ${name}:`, ...exportsOf(Object.fromEntries(different), '    ')];
  });
  return others.length === 0 ? [] : ['', `As a program elsewhere, in place of ${own}:`, ...others];
}

/** Names, and what belongs to each, in two columns. */
function table(rows: readonly (readonly [string, string])[], least = 0): string[] {
  const widest = Math.max(least, ...rows.map(([name]) => name.length));
  return rows.map(
    ([name, text]) => `  ${name.padEnd(widest)}  ${text.replaceAll('\n', `\n${' '.repeat(widest + 4)}`)}`,
  );
}

/** For a POSIX shell. */
const quoted = (value: string): string =>
  /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;

/** Later signals are heard and change nothing: npm and a terminal may both send the same Ctrl-C. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
