import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hasWayOut } from './default-route.ts';

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const INTERNAL = 'eth0\t0000580A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n';
const LINK_LOCAL = 'eth1\tF8A9FEA9\t00000000\t0001\t0\t0\t0\tF8FFFFFF\t0\t0\t0\n';
const NO_ADDRESS = '0'.repeat(32);
const ipv6 = (length: string, flags: string, device: string, destination = NO_ADDRESS) =>
  `${destination} ${length} ${NO_ADDRESS} 00 ${NO_ADDRESS} 00000400 00000001 00000000 ${flags} ${device}\n`;
const REJECTED = ipv6('00', '00200200', 'lo');

function tables(ipv4: string | undefined, six: string | undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'routes-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const files = { ipv4: join(directory, 'route'), ipv6: join(directory, 'ipv6_route') };
  if (ipv4 !== undefined) writeFileSync(files.ipv4, ipv4);
  if (six !== undefined) writeFileSync(files.ipv6, six);
  return files;
}

it.each([
  ['internal networks alone', HEAD + INTERNAL + LINK_LOCAL, REJECTED],
  ['no network at all', HEAD, ''],
  ['a kernel without IPv6', HEAD + INTERNAL, undefined],
  ['link-local addresses and multicast of IPv6', HEAD, ipv6('40', '00000001', 'eth0') + ipv6('08', '00000001', 'eth0')],
  ['a default route that is unreachable', `${HEAD}*\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0\n`, REJECTED],
])('finds no way out: %s', async (_, ipv4, six) => {
  expect(await hasWayOut(tables(ipv4, six))).toBe(false);
});

it.each([
  ['a default route', `${HEAD}${INTERNAL}eth1\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`, REJECTED],
  ['half of all addresses', `${HEAD}eth1\t00000000\t010011AC\t0003\t0\t0\t0\t00000080\t0\t0\t0\n`, REJECTED],
  ['a default route of IPv6', HEAD + INTERNAL, REJECTED + ipv6('00', '00000003', 'eth1')],
  ['half of all addresses of IPv6', HEAD, ipv6('01', '00000003', 'eth1')],
  ['a table that cannot be understood', `${HEAD}whatever\n`, ''],
  ['a table of IPv6 that cannot be understood', HEAD, 'whatever\n'],
  ['no table', undefined, ''],
])('finds a way out: %s', async (_, ipv4, six) => {
  expect(await hasWayOut(tables(ipv4, six))).toBe(true);
});
