import { listContainers, machinesOf, readModel } from './compose.ts';

/**
 * The Compose service of a machine that runs. The lab's users know machines by host name, such as `vm-app01`.
 * @returns a sentence instead, with what to do, when there is no such machine or it is not running.
 */
export async function findMachine(name: string): Promise<{ service: string } | { mistake: string }> {
  const [read, containers] = await Promise.all([readModel(), listContainers()]);
  if ('mistake' in read) return read;
  const machines = machinesOf(read.model);
  const service = machines.get(name);
  if (service === undefined) {
    return { mistake: `There is no machine called ${name}. There are: ${[...machines.keys()].join(', ')}` };
  }
  const runs = containers.some(({ Service, State }) => Service === service && State === 'running');
  return runs ? { service } : { mistake: notRunning(name, read.model.services[service]?.profiles ?? []) };
}

/** What to do about a machine that is not running. @param profiles Those that it is started with, its own first; none: always. */
export function notRunning(name: string, profiles: readonly string[]): string {
  const [profile] = profiles;
  const start = profile === undefined ? 'npm start' : `npm start -- --profile ${profile}`;
  return `${name} is not running. Start it: ${start}`;
}
