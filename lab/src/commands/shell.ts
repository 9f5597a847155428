import { compose, machinesOf, readModel } from '../docker/compose.ts';

/**
 * A login shell in a machine of the lab, or a command in one.
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
  const terminal = process.stdin.isTTY ? [] : ['--no-TTY'];
  const given = command.length > 0 ? ['-c', 'exec "$@"', 'bash', ...command] : [];
  return compose('exec', ...terminal, service, 'bash', '--login', ...given);
}
