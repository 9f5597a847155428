import { expect, it } from 'vitest';
import { fakeServices } from '../testing/fake-lab.ts';
import { START } from './event-cursor.ts';
import { namingCallers } from './named-callers.ts';
import type { Machine } from './workloads.ts';

const app: Machine = { workload: 'app', name: 'vm-app01', addresses: ['10.88.0.130', '169.254.169.250'] };
const outsider: Machine = { workload: 'outsider', name: 'outsider', addresses: ['10.88.0.131'] };

function lab(...machines: Machine[]) {
  const fake = fakeServices();
  let time = 0;
  const asked = { times: 0 };
  const services = namingCallers(
    fake.services,
    async () => {
      asked.times += 1;
      return machines;
    },
    { now: () => time, freshMs: 10 },
  );
  const callers = async () =>
    (await services.events('keyvault', START))?.events.map(({ caller, workload }) => [caller, workload]);
  return {
    ...fake,
    machines,
    asked,
    callers,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

it('names who sent a request by its address, whosever token it came with', async () => {
  const { happened, callers } = lab(app, outsider);
  happened('keyvault', { remoteAddress: '10.88.0.130' });
  happened('keyvault', { remoteAddress: '10.88.0.131', virtualMachine: 'vm-app01' });
  happened('keyvault', { remoteAddress: '10.88.0.140' });
  happened('keyvault', { remoteAddress: '10.88.0.130', caller: 'arm' });
  expect(await callers()).toEqual([
    ['vm-app01', 'app'],
    ['outsider', 'outsider'],
    [undefined, undefined],
    ['arm', undefined],
  ]);
});

const saying = (userAgent: string) => ({ request: { headers: { 'user-agent': userAgent } } });

it('takes a service at its word that asks another one, and a machine whose address is known never', async () => {
  const { happened, callers } = lab(app);
  happened('keyvault', { remoteAddress: '10.88.0.140', ...saying('managed-identity-lab/imds') });
  happened('keyvault', { remoteAddress: '10.88.0.140', ...saying('managed-identity-lab/express') });
  happened('keyvault', { remoteAddress: '10.88.0.130', ...saying('managed-identity-lab/imds') });
  happened('keyvault', { remoteAddress: '10.88.0.140', ...saying('azsdk-js managed-identity-lab/imds') });
  expect((await callers())?.map(([caller]) => caller)).toEqual(['imds', 'api', 'vm-app01', undefined]);
});

it('believes nobody who says that it has the address of another', async () => {
  const { happened, callers } = lab(app, { ...outsider, addresses: ['10.88.0.130'] });
  happened('keyvault', { remoteAddress: '10.88.0.130' });
  expect(await callers()).toEqual([[undefined, undefined]]);
});

it('asks the machines now and then only, and hears of one that came', async () => {
  const { happened, callers, machines, asked, pass } = lab();
  happened('keyvault', { remoteAddress: '10.88.0.130' });
  for (let index = 0; index < 5; index += 1) await callers();
  expect(asked.times).toBe(1);
  machines.push(app);
  pass(10);
  await callers();
  expect(await callers()).toEqual([['vm-app01', 'app']]);
});
