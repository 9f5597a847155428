/** A name server for tests: the real code on a real `:memory:` database, with packets made by hand. */
import { recentEvents } from '@lab/shared/events.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import type { Change, ResourceOf } from '@lab/shared/feed/resources.ts';
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import { clientsIn } from './domain/clients.ts';
import { nameServer } from './name-server.ts';
import { openDnsDatabase } from './store/database.ts';
import { sqliteNames } from './store/names.ts';

export const EPOCH = '77777777-7777-4777-8777-777777777777';
const TENANT = '11111111-1111-4111-8111-111111111111';
const GROUP = '/subscriptions/55555555-5555-4555-8555-555555555555/resourceGroups/rg-lab';

export function vault(name: string, more: Partial<ResourceOf<'vault'>> = {}): Change {
  const resourceId = `${GROUP}/providers/Microsoft.KeyVault/vaults/${name}`;
  const value = {
    resourceId,
    name,
    host: `${name.toLowerCase()}.vault.azure.net`,
    tenantId: TENANT,
    location: 'westeurope',
    softDeleteRetentionInDays: 90,
    enablePurgeProtection: false,
    ...more,
  };
  return { kind: 'vault', id: resourceId, value };
}

export function account(name: string): Change {
  const resourceId = `${GROUP}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const host = `${name}.blob.core.windows.net`;
  return {
    kind: 'storageAccount',
    id: resourceId,
    value: { resourceId, name, host, tenantId: TENANT, location: 'westeurope' },
  };
}

export const gone = ({ kind, id }: Change): Change => ({ kind, id, value: null }) as Change;

/** @param addresses By suffix; one that is left out cannot be found. */
export function testNameServer({
  changes = [vault('kv-lab'), account('stlab')],
  addresses = { 'vault.azure.net': '10.88.0.130', 'blob.core.windows.net': '10.88.0.131' },
  isSynced = () => true,
}: {
  changes?: Change[];
  addresses?: Readonly<Record<string, string>>;
  isSynced?: () => boolean;
} = {}) {
  const db = openDnsDatabase(':memory:');
  const cursor = sqliteCursor(db);
  const names = sqliteNames(db, cursor);
  let revision = 0;
  const apply = (changes: Change[], { epoch = EPOCH, fresh = false } = {}) => {
    revision += 1;
    names.apply({ epoch, revision, changes }, { fresh });
  };
  apply(changes, { fresh: true });
  const events = recentEvents('dns', { most: 5 });
  const serve = nameServer({
    exists: names.exists,
    isSynced,
    addressOf: async ({ suffix }) => addresses[suffix],
    clients: clientsIn('10.88.0.0/24'),
    events,
  });
  /** @returns undefined for silence. */
  const send = (message: Buffer, address = '10.88.0.129') => serve(message, { address, transport: 'UDP' });
  const ask = async (name: string, options: QuestionOptions = {}): Promise<Reply | undefined> => {
    const response = await send(query(name, options));
    return response && toReply(response);
  };
  return { serve, send, ask, apply, names, cursor, events };
}

export type QuestionOptions = { type?: string; id?: number; flags?: number; additionals?: Answer[] };

export const query = (
  name: string,
  { type = 'A', id = 4711, flags = RECURSION_DESIRED, additionals = [] }: QuestionOptions = {},
): Buffer => encode({ type: 'query', id, flags, questions: [{ name, type } as never], additionals });

export type Reply = Packet & { rcode: string; recursionAvailable: boolean; authoritative: boolean };

export function toReply(response: Buffer): Reply {
  const packet = decode(response) as ReturnType<typeof decode> & { rcode: string };
  return { ...packet, recursionAvailable: packet.flag_ra, authoritative: packet.flag_aa };
}

/** The address of the first answer. */
export const addressIn = (reply: Reply | undefined): unknown => {
  const [answer] = reply?.answers ?? [];
  return answer?.type === 'A' ? answer.data : undefined;
};
