import { release, totalmem } from 'node:os';
import type { Ended } from '../processes.ts';
import { type AskLab, allEvents } from './lab-api.ts';
import type { Section } from './report.ts';

/** What the report is made of; tests pass their own. */
export type Sources = {
  readonly capture: (file: string, args: readonly string[]) => Promise<Ended>;
  readonly compose: (...args: string[]) => Promise<Ended>;
  /** Services of the Compose file; none where it cannot be read. */
  readonly services: readonly string[];
  readonly ask: AskLab;
  readonly doctor: () => Promise<string>;
  /** The lab file, without its secrets. */
  readonly labFile: () => string;
  readonly now: () => Date;
};

/** Lines of each container's log, the newest. A log is 20 MB at most. */
const LOG_LINES = '5000';

/** In the order in which one reads them: what it is, how it is, what it was asked to be, what happened. */
export function sectionsOf({ capture, compose, services, ask, doctor, labFile, now }: Sources): Section[] {
  const said = async (asked: Promise<Ended>): Promise<string> => {
    const { code, stdout, stderr } = await asked;
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr.trim() || stdout.trim()}`);
    return stdout;
  };
  const pretty = async (path: string) => JSON.stringify(JSON.parse(await ask(path)), null, 2);
  return [
    {
      title: 'about',
      read: () =>
        [
          `written    ${now().toISOString()}`,
          `node       ${process.version} ${process.platform} ${process.arch} ${release()}`,
          `memory     ${Math.round(totalmem() / 1024 ** 3)} GiB`,
          'secrets, tokens and keys are replaced by (secret), (token) and (key)',
        ].join('\n'),
    },
    { title: 'sources', read: () => said(capture('git', ['log', '-1', '--format=%H %cI %s'])) },
    { title: 'docker', read: () => said(capture('docker', ['version'])) },
    { title: 'compose', read: () => said(capture('docker', ['compose', 'version'])) },
    { title: 'doctor', read: doctor },
    { title: 'containers', read: () => said(compose('ps', '--all')) },
    { title: 'images', read: () => said(compose('images')) },
    { title: 'health', read: () => pretty('/health') },
    { title: 'clock', read: () => pretty('/clock') },
    { title: 'faults', read: () => pretty('/faults') },
    { title: 'resources', read: () => pretty('/resources') },
    { title: 'lab.yaml', read: labFile },
    { title: 'events', read: () => allEvents(ask) },
    ...services.map((service) => ({
      title: `log of ${service}`,
      read: () => said(compose('logs', '--no-color', '--no-log-prefix', '--timestamps', '--tail', LOG_LINES, service)),
    })),
  ];
}
