import { silentLog } from '@lab/shared/log.ts';
import { expect, it } from 'vitest';
import { clientsIn } from '../domain/clients.ts';
import { ZONES } from '../domain/zones.ts';
import { serviceAddresses } from './addresses.ts';

const [VAULTS, BLOBS] = ZONES as [(typeof ZONES)[0], (typeof ZONES)[0]];

function addressesFrom(lookup: (name: string) => Promise<readonly string[]>) {
  const asked: string[] = [];
  let at = 0;
  const addressOf = serviceAddresses({
    lookup: (name) => {
      asked.push(name);
      return lookup(name);
    },
    clients: clientsIn('10.88.0.0/24'),
    log: silentLog,
    now: () => at,
  });
  return {
    asked,
    addressOf,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

it('asks for the one name of the service, and not again for two seconds', async () => {
  const { asked, addressOf, pass } = addressesFrom(async () => ['10.88.0.130']);
  expect(await Promise.all([addressOf(VAULTS), addressOf(VAULTS), addressOf(BLOBS)])).toEqual(
    Array(3).fill('10.88.0.130'),
  );
  pass(1_999);
  await addressOf(VAULTS);
  expect(asked).toEqual(['vault.azure.net', 'blob.core.windows.net']);
});

it('finds the service where it is after it was made anew', async () => {
  let address = '10.88.0.130';
  const { addressOf, pass } = addressesFrom(async () => [address]);
  await addressOf(VAULTS);
  address = '10.88.0.140';
  pass(2_000);
  expect(await addressOf(VAULTS)).toBe('10.88.0.140');
});

it('keeps the last address while the service is away', async () => {
  let away = false;
  const { asked, addressOf, pass } = addressesFrom(async () => {
    if (away) throw new Error('ENOTFOUND');
    return ['10.88.0.130'];
  });
  await addressOf(VAULTS);
  away = true;
  pass(2_000);
  expect(await addressOf(VAULTS)).toBe('10.88.0.130');
  await addressOf(VAULTS);
  expect(asked).toHaveLength(2);
});

it('believes no address outside the subnet, whoever gives it', async () => {
  const { addressOf } = addressesFrom(async () => ['93.184.215.14', '169.254.169.254']);
  expect(await addressOf(VAULTS)).toBeUndefined();
});
