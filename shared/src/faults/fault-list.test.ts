import { expect, it } from 'vitest';
import { AzureError } from '../azure-error.ts';
import type { FaultRequest } from './fault.ts';
import { faultList } from './fault-list.ts';

const throttled = () => new AzureError({ kind: 'throttled', code: 'Throttled', message: 'No.' });

function faults() {
  let time = 1_790_000_000_000;
  const list = faultList({
    service: 'keyvault',
    operations: ['GetSecret', 'SetSecret'],
    answers: { 429: { error: throttled } },
    now: () => time,
  });
  const add = (request: Partial<FaultRequest> = {}) =>
    list.add({ service: 'keyvault', effect: { cut: true }, ...request });
  const take = (operation?: string, ...callers: string[]) => list.take({ operation, callers })?.id;
  const pass = (seconds: number) => {
    time += seconds * 1_000;
  };
  return { ...list, add, take, pass };
}

it('strikes whoever asks for whatever, when nothing else is said', () => {
  const { add, take } = faults();
  const { id } = add();
  expect([take(), take('GetSecret'), take('GetSecret', 'vm-app01')]).toEqual([id, id, id]);
});

it('strikes the operation that it is meant for', () => {
  const { add, take } = faults();
  const { id } = add({ operation: 'getsecret' });
  expect([take('GetSecret'), take('SetSecret'), take()]).toEqual([id, undefined, undefined]);
});

it('strikes the caller that it is meant for, by any of its names, in whatever case', () => {
  const { add, take } = faults();
  const { id } = add({ caller: 'VM-app01' });
  expect([take('GetSecret', 'x', 'vm-APP01'), take('GetSecret', 'vm-app012'), take('GetSecret')]).toEqual([
    id,
    undefined,
    undefined,
  ]);
});

it('strikes as often as was asked for, and then lets the next one strike', () => {
  const { add, take, all } = faults();
  const first = add({ times: 2 });
  const second = add({ times: 1 });
  expect([take(), take(), take(), take()]).toEqual([first.id, first.id, second.id, undefined]);
  expect(all()).toMatchObject([
    { id: first.id, remaining: 0, applied: 2 },
    { id: second.id, remaining: 0, applied: 1 },
  ]);
});

it('strikes for as long as was asked for', () => {
  const { add, take, pass } = faults();
  const { id, until } = add({ seconds: 1.5 });
  expect(until).toBe(new Date(1_790_000_001_500).toISOString());
  pass(1.4);
  expect(take()).toBe(id);
  pass(0.1);
  expect(take()).toBeUndefined();
});

it('strikes no more when it was removed, nor when all were', () => {
  const { add, take, remove, clear } = faults();
  const [first, second] = [add(), add()];
  expect([remove(first.id), remove(first.id), take()]).toEqual([true, false, second.id]);
  clear();
  expect(take()).toBeUndefined();
});

it('is not taken for an operation that the service does not know: those that it knows are said', () => {
  expect(() => faults().add({ operation: 'Nothing' })).toThrow(
    "'keyvault' has no operation 'Nothing'. It has: GetSecret, SetSecret.",
  );
});

it('is not taken with a status that the service does not have: those that it has are said', () => {
  const { add } = faults();
  expect(() => add({ effect: { status: 418 } })).toThrow("'keyvault' does not fail with 418. It does with: 429.");
  expect(() => add({ effect: { status: 418, contentType: 'text/html' } })).not.toThrow();
});

it('is not taken where there are a hundred in force; one that is over makes room', () => {
  const { add, pass, all } = faults();
  const [brief] = [add({ seconds: 1 }), ...Array.from({ length: 99 }, () => add())];
  expect(() => add()).toThrow('This service has 100 faults.');
  pass(1);
  add();
  expect(all().some(({ id }) => id === brief?.id)).toBe(false);
  expect(() => add()).toThrow('This service has 100 faults.');
});

it('cannot be changed by who reads it', () => {
  const { add, all, take } = faults();
  const read = add({ times: 1 });
  Object.assign(read, { remaining: 100 });
  for (const fault of all()) Object.assign(fault, { remaining: 100 });
  take();
  expect(take()).toBeUndefined();
});
