import { join } from 'node:path';
import { buildAzImage } from '../docker/az-image.ts';
import { composeArgs, listContainers } from '../docker/compose.ts';
import { findMachine } from '../docker/machines.ts';
import { run } from '../processes.ts';
import { ROOT } from '../root.ts';

/** The whole of Resource Manager; without these two not even a sign-in works. */
const NEEDED = ['entra', 'arm'];

/**
 * The Azure CLI in a container of the lab, signed in as operator; or inside a machine, where it has the machine's identity
 * to sign in with. Arguments, standard streams and the exit code are passed through; the directory where the command was
 * given is `/work` there, to read files from.
 *
 * @param vm Host name of a machine, such as `vm-app01`.
 */
export async function az(args: readonly string[], { vm }: { vm?: string }): Promise<number> {
  const [place, built] = await Promise.all([vm === undefined ? outside() : inside(vm), buildAzImage()]);
  if ('mistake' in place) console.error(place.mistake);
  if ('mistake' in place || built !== 0) return 1;
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? [] : ['--no-TTY'];
  const here = process.env.INIT_CWD ?? process.cwd(); // npm runs its scripts in the checkout
  const options = ['--rm', '--no-deps', ...terminal, '--volume', `${here}:/work:ro`];
  return run('docker', composeArgs([...place.files, '--progress', 'quiet', 'run', ...options, 'az', ...args]), {
    environment: place.environment,
  });
}

type Place = { readonly files: readonly string[]; readonly environment: NodeJS.ProcessEnv };

async function outside(): Promise<Place | { mistake: string }> {
  const running = (await listContainers()).filter(({ State }) => State === 'running').map(({ Service }) => Service);
  const missing = NEEDED.filter((service) => !running.includes(service));
  if (missing.length === 0) return { files: [], environment: {} };
  if (running.length === 0) return { mistake: 'The lab is not running. Start it: npm start' };
  return { mistake: `Not running, and az needs it: ${missing.join(', ')}. Start it: npm start` };
}

async function inside(machine: string): Promise<Place | { mistake: string }> {
  const found = await findMachine(machine);
  if ('mistake' in found) return found;
  return {
    files: ['--file', join(ROOT, 'services', 'az', 'compose.machine.yaml')],
    environment: { LAB_AZ_SERVICE: found.service, LAB_AZ_MACHINE: machine },
  };
}
