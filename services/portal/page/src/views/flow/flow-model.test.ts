import type { FlowEvent } from '@lab/shared/events.ts';
import { firstRead, happened } from '@lab/shared/flows/testing/happened.ts';
import { expect, it } from 'vitest';
import { parseAddress, toAddress } from './address.ts';
import { findStep, flowModel, ofAnswer } from './flow-model.ts';
import { requestText, responseText } from './http-text.ts';
import { colourOf, lanesOf } from './lanes.ts';
import { indexOfStep, neighbour, rowsOf } from './rows.ts';

const following = (...lists: FlowEvent[][]) => {
  const model = flowModel();
  for (const events of lists) model.follow(events);
  return model;
};

it('shows flows oldest first, and goes on with those that it has', () => {
  const events = firstRead();
  const later = happened('blob', 9_000, { caller: 'vm-app02', workload: 'app02' });
  const model = following(events.slice(0, 3));
  const before = model.flows();
  model.follow([...events, later]);
  const [read, written] = model.flows();
  expect([before[0]?.steps.length, read?.steps.length, written?.names.has('app02')]).toEqual([3, 6, true]);
  model.follow([...events, later]);
  expect(model.flows()[0]).toBe(read);
  expect(model.find(read?.steps[4]?.id ?? '')).toBe(read);
  expect(findStep(read, 5)?.target).toBe('entra');
});

it('begins again when the page has forgotten everything', () => {
  const model = following(firstRead(), []);
  expect(model.flows()).toEqual([]);
});

it('keeps rows of flows that stay as they are', () => {
  const events = firstRead();
  const model = following(events);
  const rows = rowsOf(model.flows());
  expect(rows.map((row) => (row.kind === 'flow' ? 'flow' : `${row.message.step.number} ${row.message.part}`))).toEqual([
    ...['flow', '1 both', '2 both', '3 both', '4 question', '5 both', '4 answer', '6 both'],
  ]);
  model.follow([...events, happened('blob', 9_000)]);
  expect(rowsOf(model.flows()).slice(0, 8)).toEqual(rows);
  expect(rowsOf(model.flows())[0]).toBe(rows[0]);
  expect(indexOfStep(rows, model.flows()[0]?.steps[3]?.id ?? '')).toBe(4);
});

it('steps from flow to flow, and begins with the newest', () => {
  const flows = following([...firstRead(), happened('blob', 9_000)]).flows();
  const [first, second] = flows;
  const idOf = (number: number) => first?.steps[number - 1]?.id;
  expect(neighbour(flows, undefined, 1)).toEqual({ flow: second, number: 1 });
  expect(neighbour(flows, idOf(1), 1)).toEqual({ flow: first, number: 2 });
  expect(neighbour(flows, idOf(6), 1)).toEqual({ flow: second, number: 1 });
  expect(neighbour(flows, second?.steps[0]?.id, -1)).toEqual({ flow: first, number: 6 });
  expect(neighbour(flows, idOf(1), -1)).toBeUndefined();
  expect(neighbour([], undefined, 1)).toBeUndefined();
});

it('has a lane for every service that has a part in it, and one for all machines', () => {
  const steps = following(firstRead()).flows()[0]?.steps ?? [];
  expect(lanesOf(steps)).toEqual(['machine', 'dns', 'imds', 'entra', 'keyvault']);
  expect(['imds', 'vm-app01', 'outsider'].map(colourOf)).toEqual([
    ...['var(--part-imds)', 'var(--part-workload)', 'var(--part-outsider)'],
  ]);
});

it('shows what the lab answers as it shows what it heard itself', () => {
  const [flow] = following(firstRead()).flows();
  expect(ofAnswer(flow?.steps ?? [])).toEqual(flow);
  expect(ofAnswer([])).toBeUndefined();
});

it.each([{}, { flow: 'imds-1-m8' }, { flow: 'imds-1-m8', step: 3, workload: 'app' }, { workload: 'pod-app01' }])(
  'writes an address that it can read: %j',
  (address) => expect(parseAddress(new URLSearchParams(toAddress(address).split('?')[1]))).toMatchObject(address),
);

it('reads no step out of what is none', () => {
  expect(parseAddress(new URLSearchParams('flow=a&step=-1'))).toEqual({ flow: 'a' });
});

it('writes requests and answers as they stand on the wire', () => {
  const event = happened('imds', 0, {
    ...{ host: '169.254.169.254', path: '/metadata/identity/oauth2/token', status: 400 },
    request: { headers: { metadata: 'true' }, query: { 'api-version': '2018-02-01', resource: 'r' } },
    response: { headers: { 'content-type': 'application/json' } },
  });
  expect(requestText(event)).toBe(
    'GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=r HTTP/1.1\nhost: 169.254.169.254\nmetadata: true',
  );
  expect(responseText(event)).toBe('HTTP/1.1 400\ncontent-type: application/json');
  const lookup = happened('dns', 0, { host: 'kv-lab.vault.azure.net', path: '/A', status: 404, errorCode: 'NXDOMAIN' });
  expect([requestText(lookup), responseText(lookup)]).toEqual(['A kv-lab.vault.azure.net', 'NXDOMAIN']);
});
