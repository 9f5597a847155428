import { expect, it } from 'vitest';
import { virtualMachine } from '../testing.ts';
import { instanceDocument, type Node } from './instance-document.ts';
import { nodeAt, toText } from './metadata-path.ts';

const document = instanceDocument(virtualMachine());
const at = (path: string) => nodeAt(document, path.split('/').filter(Boolean));

it.each([
  ['compute/location', 'westeurope'],
  ['COMPUTE/Location', 'westeurope'],
  ['compute/tags', 'env:lab;team:a'],
  ['compute/tagsList/1/value', 'a'],
  ['network/interface/0/macAddress', '000D3AF806EC'],
  ['network/interface/0/ipv4/ipAddress/0/privateIpAddress', '10.0.0.4'],
])('walks names and indices: %s', (path, value) => expect(at(path)).toBe(value));

it.each([
  ...['nothing', 'compute/nothing', 'compute/location/0', 'network/interface/1', 'network/interface/length'],
  ...['__proto__', 'constructor', 'compute/toString', 'network/interface/-1', 'network/interface/00'],
])('knows no %s', (path) => expect(at(path)).toBeUndefined());

it('lists the children of a container as text, containers with a slash', () => {
  expect(toText(at('') ?? '')).toBe('compute/\nnetwork/');
  expect(toText(at('network/interface') ?? '')).toBe('0/');
  expect(toText(at('network/interface/0') ?? '')).toBe('ipv4/\nipv6/\nmacAddress');
});

it('holds texts only', () => {
  const leaves = (node: Node): unknown[] => (typeof node === 'object' ? Object.values(node).flatMap(leaves) : [node]);
  expect(leaves(document).every((leaf) => typeof leaf === 'string')).toBe(true);
});
