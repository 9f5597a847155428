import { expect, it } from 'vitest';
import { virtualMachine } from '../testing.ts';
import { virtualMachineAt } from './virtual-machine.ts';

const at = (address: string, sourceAddress: string | undefined) => {
  const { sourceAddress: _, ...elsewhere } = virtualMachine();
  return virtualMachineAt(address, [sourceAddress === undefined ? elsewhere : { ...elsewhere, sourceAddress }]);
};

it.each([
  ['the same address', '169.254.169.250', '169.254.169.250', true],
  ['its neighbour', '169.254.169.251', '169.254.169.250', false],
  ['an address that only starts the same', '169.254.169.2', '169.254.169.250', false],
  ['no address, of a connection that has gone', '', '169.254.169.250', false],
  ['no address, and a machine without one', '', undefined, false],
  ['loopback, and a machine without an address', '127.0.0.1', undefined, false],
])('tells a virtual machine by its source address: %s', (_, address, sourceAddress, known) => {
  expect(at(address, sourceAddress) !== undefined).toBe(known);
});
