import type { LabClient, Participant } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { addressInRoom, linksFor, placesOf } from './participants.ts';

it('shows a link for everybody', () => {
  const all = [
    { name: 'ana', machine: 'vm-app01', code: 'k7m2x-9qd4f' },
    { name: 'b', machine: 'vm-app02', code: '00000-00000' },
  ];
  expect(linksFor(all, 'http://192.168.1.20:8080/')).toBe(
    'ana  vm-app01  http://192.168.1.20:8080/#/room?code=k7m2x-9qd4f\n' +
      'b    vm-app02  http://192.168.1.20:8080/#/room?code=00000-00000',
  );
});

it.each([
  [undefined, 'http://localhost:8080'],
  ['', 'http://localhost:8080'],
  ['192.168.1.20', 'http://192.168.1.20:8080'],
  [' lab.example:9000 , other', 'http://lab.example:9000'],
])('takes the address of the room from LAB_ALLOWED_HOSTS: %j', (hosts, address) => {
  expect(addressInRoom('http://localhost:8080', hosts)).toBe(address);
});

it('gives a place to each name, and then shows everybody', async () => {
  const asked: string[] = [];
  const participants = {
    add: async (name: string) => {
      asked.push(name);
      return {} as Participant;
    },
    list: async () => asked.map((name) => ({ name }) as Participant),
  } as LabClient['participants'];
  expect(await placesOf({ participants }, ['ana', 'ben'])).toEqual([{ name: 'ana' }, { name: 'ben' }]);
});
