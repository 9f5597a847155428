import { compose } from '../docker/compose.ts';
import { findMachine } from '../docker/machines.ts';

/**
 * A login shell in a machine of the lab, or a command in one, with the variables that its platform sets.
 *
 * @param name Host name of the machine, such as `vm-app01`.
 */
export async function shell(name: string, command: readonly string[]): Promise<number> {
  const found = await findMachine(name);
  if ('mistake' in found) {
    console.error(found.mistake);
    return 1;
  }
  const terminal = process.stdin.isTTY ? [] : ['--no-TTY'];
  const given = command.length > 0 ? ['-c', 'exec "$@"', 'bash', ...command] : [];
  return compose('exec', ...terminal, found.service, 'workload', 'bash', '--login', ...given);
}
