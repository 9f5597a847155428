import { capture } from '../processes.ts';
import { composeArgs, listContainers } from './compose.ts';

/**
 * What a shell script prints that sees the lab's state, `/var/lib/lab`. Only `pki` can read all of it, so a container of it does,
 * without a network and for a moment; nothing keeps what is printed. Undefined where the lab has not been started: a container
 * that never was would be made here, with an empty volume.
 */
export async function readState(script: string): Promise<{ stdout: string; stderr: string } | undefined> {
  if ((await listContainers()).length === 0) return undefined;
  const running = ['run', '--rm', '--no-deps', '--no-TTY', '--entrypoint', 'sh', 'pki', '-c'];
  return capture('docker', composeArgs(['--progress', 'quiet', ...running, `cd /var/lib/lab && ${script}`]));
}
