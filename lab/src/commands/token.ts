import { composeArgs, listContainers } from '../docker/compose.ts';
import { capture } from '../processes.ts';

/**
 * What a program outside the page presents to the lab API: `Authorization: Bearer {token}`. Only `portal` and `pki` can read
 * the file, so a container of `pki` does, without a network and for a moment; nothing keeps what is printed here.
 */
export async function token(): Promise<number> {
  // A container that never was would be made here, with an empty volume.
  if ((await listContainers()).length === 0) {
    console.error('The lab has not been started yet, and has no token. Start it: npm start');
    return 1;
  }
  const reading = ['run', '--rm', '--no-deps', '--no-TTY', '--entrypoint', 'cat', 'pki'];
  const { stdout, stderr } = await capture(
    'docker',
    composeArgs(['--progress', 'quiet', ...reading, '/var/lib/lab/portal/api-token']),
  );
  const found = tokenIn(stdout);
  if (found === undefined) {
    console.error(`The lab's token could not be read. Start the lab again: npm start\n${stderr.trim()}`.trim());
    return 1;
  }
  console.log(found);
  return 0;
}

/** The token and nothing else, so that a shell can put it into a header; undefined where there is none. */
export const tokenIn = (text: string): string | undefined => /^[\w-]{43}$/.exec(text.trim())?.[0];
