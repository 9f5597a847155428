import { readFile } from 'node:fs/promises';

/**
 * Whether this machine has a route that leads out of the lab. No container of the lab has one: its networks are internal.
 * One that somebody attached to another network does, and an address such as 169.254.169.254 is then that of a stranger.
 *
 * Routes to less than a /8 count besides the default route itself: two halves of the address space come to the same. What
 * cannot be read counts as a way out.
 * @see https://docs.kernel.org/networking/proc_net_tcp.html the tables have no page of their own; `route(8)` shows them
 */
export async function hasWayOut({
  ipv4 = '/proc/net/route',
  ipv6 = '/proc/net/ipv6_route',
}: {
  ipv4?: string;
  ipv6?: string;
} = {}): Promise<boolean> {
  const [first, second] = await Promise.all([read(ipv4), read(ipv6)]);
  if (first === undefined) return true; // not Linux, or nothing that says where packets go
  return linesOf(first).slice(1).some(leadsOutIpv4) || linesOf(second ?? '').some(leadsOutIpv6);
}

/** @returns undefined where there is no such file: a kernel without IPv6 has no table of it. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    return UNREADABLE;
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** Iface Destination Gateway Flags RefCnt Use Metric Mask …: in hexadecimal, the bytes from last to first. */
function leadsOutIpv4(line: string): boolean {
  const [, , , flags = '', , , , mask = ''] = line.trim().split(/\s+/);
  const isRoute = /^[0-9a-f]{1,8}$/i.test(flags) && /^[0-9a-f]{8}$/i.test(mask);
  if (!isRoute) return true;
  return !isReject(flags) && Number.parseInt(mask.slice(6), 16) < WHOLE_BYTE;
}

/** Destination and its length, source and its length, next hop, metric, references, use, flags, interface. */
function leadsOutIpv6(line: string): boolean {
  const [, length = '', , , , , , , flags = '', device = ''] = line.trim().split(/\s+/);
  if (!/^[0-9a-f]{2}$/i.test(length) || !/^[0-9a-f]{1,8}$/i.test(flags)) return true;
  return device !== 'lo' && !isReject(flags) && Number.parseInt(length, 16) < SHORTEST_PREFIX;
}

/** The kernel's RTF_REJECT: what goes there comes back as unreachable. */
const isReject = (flags: string): boolean => (Number.parseInt(flags, 16) & 0x200) !== 0;

/** The first byte of a mask of at least /8. */
const WHOLE_BYTE = 0xff;
const SHORTEST_PREFIX = 8;
const UNREADABLE = '?\n?\n';
