/** What the tests of this folder share: virtual machines, and plain requests of which every header is the test's own. */
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { exchange, jsonOf, type Received, type Sent } from '@lab/shared/testing/exchange.ts';
import type { Express } from 'express';
import type { Identity, Site } from './domain/host.ts';
import type { IssuedToken } from './domain/token-cache.ts';
import type { VirtualMachine } from './domain/virtual-machine.ts';

const SUBSCRIPTION = '/subscriptions/00000000-0000-4000-8000-0000000000aa/resourceGroups/rg-lab/providers';

/** An identity whose ids end in this digit. */
export const identity = (digit: number, identityType: Identity['identityType'] = 'UserAssigned'): Identity => ({
  identityType,
  principalId: `0000000a-0000-4000-8000-00000000000${digit}`,
  clientId: `0000000c-0000-4000-8000-00000000000${digit}`,
  resourceId:
    identityType === 'UserAssigned'
      ? `${SUBSCRIPTION}/Microsoft.ManagedIdentity/userAssignedIdentities/id-${digit}`
      : `${SUBSCRIPTION}/Microsoft.Compute/virtualMachines/vm-app01`,
});

export const system = identity(1, 'SystemAssigned');
export const user = identity(2);

export const virtualMachine = (changes: Partial<VirtualMachine> = {}): VirtualMachine => ({
  resourceId: `${SUBSCRIPTION}/Microsoft.Compute/virtualMachines/vm-app01`,
  name: 'vm-app01',
  vmId: '00000000-0000-4000-8000-0000000000bb',
  tenantId: '00000000-0000-4000-8000-0000000000cc',
  subscriptionId: '00000000-0000-4000-8000-0000000000aa',
  resourceGroup: 'rg-lab',
  location: 'westeurope',
  vmSize: 'Standard_B1s',
  tags: { env: 'lab', team: 'a' },
  sourceAddress: '127.0.0.1',
  privateIpAddress: '10.0.0.4',
  subnet: { address: '10.0.0.0', prefix: '24' },
  macAddress: '00-0d-3a-f8-06-ec',
  identities: [system, user],
  ...changes,
});

/** A function app whose `IDENTITY_HEADER` is `secret`. */
export const site = (name: string, secret: string, changes: Partial<Site> = {}): Site => ({
  resourceId: `${SUBSCRIPTION}/Microsoft.Web/sites/${name}`,
  name,
  tenantId: '00000000-0000-4000-8000-0000000000cc',
  subscriptionId: '00000000-0000-4000-8000-0000000000aa',
  resourceGroup: 'rg-lab',
  location: 'westeurope',
  identityHeaderSha256: createHash('sha256').update(secret).digest('hex'),
  identities: [system, user],
  ...changes,
});

export const issued = (now: number, changes: Partial<IssuedToken> = {}): IssuedToken => ({
  accessToken: 'header.payload.signature',
  notBefore: now,
  expiresOn: now + 86_400,
  tokenId: 'uti-1',
  ...changes,
});

export type Answer = Received & { json: Record<string, unknown> };
export type Ask = (path: string, options?: Omit<Sent, 'path'>) => Promise<Answer>;

/** A second machine is played by `localAddress`. */
export const askAt =
  (port: number): Ask =>
  async (path, options) => {
    const answer = await exchange(port, { ...options, path });
    return { ...answer, json: jsonOf(answer) ?? {} };
  };

/** Serves an app on loopback for as long as `use` runs. */
export async function serving<T>(app: Express, use: (ask: Ask, port: number) => Promise<T>): Promise<T> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await use(askAt(port), port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
