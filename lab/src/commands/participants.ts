import { LabApiError, type LabClient, labClient, type Participant } from '@managed-identity-lab/client';
import { addressOf, readModel } from '../docker/compose.ts';
import { readState } from '../docker/state.ts';
import { tokenIn } from './token.ts';

/**
 * Who shares the lab, and the link that each of them opens; a place for each name that is given.
 * @param options.address Where they reach the page. Default: the first of LAB_ALLOWED_HOSTS, or this machine's own.
 */
export async function participants(names: readonly string[], { address }: { address?: string }): Promise<number> {
  const [read, state] = await Promise.all([readModel(), readState('cat portal/api-token')]);
  const token = state && tokenIn(state.stdout);
  if ('mistake' in read || token === undefined) {
    console.error('mistake' in read ? read.mistake : 'The lab has not been started yet. Start it: npm start');
    return 1;
  }
  const url = addressOf(read.model);
  const where = address ?? addressInRoom(url, process.env.LAB_ALLOWED_HOSTS);
  try {
    const all = await placesOf(labClient({ url, token }), names);
    console.log(all.length === 0 ? NOBODY : linksFor(all, where));
    return 0;
  } catch (error) {
    console.error(
      error instanceof LabApiError ? error.message : `The lab does not answer at ${url}. Start it: npm start`,
    );
    return 1;
  }
}

/** With a place for each of these names. */
export async function placesOf(
  client: Pick<LabClient, 'participants'>,
  names: readonly string[],
): Promise<Participant[]> {
  for (const name of names) await client.participants.add(name);
  return client.participants.list();
}

/** One per line, to be read out, sent or cut up. */
export const linksFor = (all: readonly Pick<Participant, 'name' | 'machine' | 'code'>[], address: string): string => {
  const width = (of: 'name' | 'machine') => Math.max(...all.map((one) => one[of].length));
  const [name, machine] = [width('name'), width('machine')];
  return all
    .map((one) => `${one.name.padEnd(name)}  ${one.machine.padEnd(machine)}  ${linkOf(address, one.code)}`)
    .join('\n');
};

const linkOf = (address: string, code: string): string =>
  `${address.replace(/\/+$/, '')}/#/room?code=${encodeURIComponent(code)}`;

/** The name that the page may be opened under, with the port of the lab where it has none of its own. */
export function addressInRoom(url: string, allowedHosts = ''): string {
  const [host] = allowedHosts
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (host === undefined) return url;
  return `http://${/:\d+$/.test(host) ? host : `${host}:${new URL(url).port || 80}`}`;
}

const NOBODY = `Nobody shares this lab yet. Give places to people:
  npm run lab -- participants ana ben
or start a lab that has four:
  LAB_FILE=./lab.workshop.yaml npm start -- --profile participants`;
