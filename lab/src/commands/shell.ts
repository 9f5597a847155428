import { compose, listContainers, machinesOf, readModel } from '../docker/compose.ts';

/**
 * A login shell in a machine of the lab, or a command in one, with the variables that its platform sets.
 *
 * @param name Host name of the machine, such as `vm-app01`: the lab's users know machines, not Compose's services.
 */
export async function shell(name: string, command: readonly string[]): Promise<number> {
  const read = await readModel();
  if ('mistake' in read) {
    console.error(read.mistake);
    return 1;
  }
  const machines = machinesOf(read.model);
  const service = machines.get(name);
  if (service === undefined) {
    console.error(`There is no machine called ${name}. There are: ${[...machines.keys()].join(', ')}`);
    return 1;
  }
  const containers = await listContainers();
  if (!containers.some(({ Service, State }) => Service === service && State === 'running')) {
    console.error(notRunning(name, read.model.services[service]?.profiles ?? []));
    return 1;
  }
  const terminal = process.stdin.isTTY ? [] : ['--no-TTY'];
  const given = command.length > 0 ? ['-c', 'exec "$@"', 'bash', ...command] : [];
  return compose('exec', ...terminal, service, 'workload', 'bash', '--login', ...given);
}

/** What to do about a machine that is not running. @param profiles Those that it is started with; none: always. */
export function notRunning(name: string, profiles: readonly string[]): string {
  const [profile] = profiles;
  const start = profile === undefined ? 'npm start' : `npm start -- --profile ${profile}`;
  return `${name} is not running. Start it: ${start}`;
}
