import { eventIdOf } from '@lab/shared/flows/index.ts';
import { expect, it } from 'vitest';
import { labFlows } from '../domain/lab-flows.ts';
import { fakeServices } from '../testing/fake-lab.ts';
import { stepFinder } from './find-step.ts';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

function start() {
  const fake = fakeServices();
  const { services, flows } = labFlows(fake.services);
  return { ...fake, find: stepFinder({ services, flows }) };
}
/** A challenge, and the secret after it: one wish. */
const secret = (happened: ReturnType<typeof start>['happened'], second: number, clientRequestId: string) => {
  happened('keyvault', { at: at(second), status: 401, clientRequestId });
  happened('keyvault', { at: at(second + 1), operation: 'GetSecret', clientRequestId });
};

it('finds a step, and the flow that it is of', async () => {
  const { happened, find, services } = start();
  secret(happened, 1, 'one');
  const [first] = (await services.events('keyvault', { epoch: '', sequence: 0 }))?.events ?? [];
  expect(await find(({ operation }) => operation === 'GetSecret')).toEqual({
    flow: first && eventIdOf(first),
    step: 2,
  });
});

it('finds the newest', async () => {
  const { happened, find, services } = start();
  secret(happened, 1, 'one');
  secret(happened, 5, 'two');
  const third = (await services.events('keyvault', { epoch: '', sequence: 0 }))?.events[2];
  expect(await find(({ status }) => status === 401)).toEqual({ flow: third && eventIdOf(third), step: 1 });
});

it('finds one with others around it before one that stands alone', async () => {
  const { happened, find } = start();
  secret(happened, 1, 'one');
  happened('keyvault', { at: at(9), operation: 'GetSecret', clientRequestId: 'alone' });
  expect(await find(({ operation }) => operation === 'GetSecret')).toMatchObject({ step: 2 });
});

it('finds nothing where nothing is like it', async () => {
  const { happened, find } = start();
  secret(happened, 1, 'one');
  expect(await find(({ service }) => service === 'imds')).toBeUndefined();
});
