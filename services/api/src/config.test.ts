import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConfig } from './config.ts';

const ORDERS = {
  name: 'orders-api',
  tenantId: 'aaaa1111-1111-4111-8111-11111111aaaa',
  clientId: 'bcbcbcbc-0000-4000-8000-000000000001',
  identifierUris: ['api://orders-api'],
};

function stateWith(...applications: object[]) {
  const directory = mkdtempSync(join(tmpdir(), 'api-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'tls'));
  for (const name of ['public-ca', 'fabric-ca']) writeFileSync(join(directory, 'tls', `${name}.pem`), '');
  writeFileSync(join(directory, 'api.json'), JSON.stringify({ applications }));
  return { STATE_DIRECTORY: directory, PUBLIC_LISTEN: 'orders-api.azurewebsites.net:443' };
}

it('stands for the app registration of its name, or for none', () => {
  expect(parseConfig(stateWith({ ...ORDERS, name: 'other' }, ORDERS)).application).toEqual(ORDERS);
  expect(parseConfig({ ...stateWith(ORDERS), APPLICATION: 'other' }).application).toBeUndefined();
  expect(parseConfig(stateWith()).application).toBeUndefined();
});

it('names every mistake', () => {
  expect(() => parseConfig({ PUBLIC_LISTEN: 'x', FABRIC_LISTEN: 'y' })).toThrow(
    /PUBLIC_LISTEN[\s\S]*FABRIC_LISTEN|FABRIC_LISTEN[\s\S]*PUBLIC_LISTEN/,
  );
});
