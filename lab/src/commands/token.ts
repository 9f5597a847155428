import { readState } from '../docker/state.ts';

/** What a program outside the page presents to the lab API: `Authorization: Bearer {token}`. */
export async function token(): Promise<number> {
  const read = await readState('cat portal/api-token');
  if (!read) {
    console.error('The lab has not been started yet, and has no token. Start it: npm start');
    return 1;
  }
  const found = tokenIn(read.stdout);
  if (found === undefined) {
    console.error(`The lab's token could not be read. Start the lab again: npm start\n${read.stderr.trim()}`.trim());
    return 1;
  }
  console.log(found);
  return 0;
}

/** The token and nothing else, so that a shell can put it into a header; undefined where there is none. */
export const tokenIn = (text: string): string | undefined => /^[\w-]{43}$/.exec(text.trim())?.[0];
