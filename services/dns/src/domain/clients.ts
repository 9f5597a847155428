import { BlockList, isIPv4 } from 'node:net';

/** Whether an address, as text, lies in the subnet whose machines are answered. */
export type Clients = (address: string) => boolean;

/**
 * The second line: the first is that the name server listens on `azure` alone, which no other machine reaches.
 * @param subnet `10.88.0.0/24`
 */
export function clientsIn(subnet: string): Clients {
  const [network = '', prefix = ''] = subnet.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), 'ipv4');
  return (address) => isIPv4(address) && list.check(address, 'ipv4');
}
