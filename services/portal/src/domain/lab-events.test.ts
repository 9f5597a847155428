import { expect, it } from 'vitest';
import { fakeServices } from '../testing/fake-lab.ts';
import { decodeCursor, encodeCursor } from './event-cursor.ts';
import type { EventFilter } from './event-filter.ts';
import { labEvents } from './lab-events.ts';

function lab() {
  const fake = fakeServices();
  const query = labEvents(fake.services);
  /** The paths of a page, and its cursor. */
  const page = async (since?: string, filter: EventFilter = {}, limit = 100) => {
    const positions = since === undefined ? {} : (decodeCursor(since) ?? {});
    const { events, cursor, unheard, missed } = await query({ positions, filter, limit });
    return { paths: events.map(({ path }) => path), cursor, unheard, missed };
  };
  return { ...fake, page };
}

it('gives every event once, of each service in its order, however small the pages are', async () => {
  const { happened, page } = lab();
  happened('imds', { at: '3' });
  happened('imds', { at: '1' });
  happened('entra', { at: '2' });
  happened('blob', { at: '0' });
  const paths: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 4; pages += 1) {
    const next = await page(cursor, {}, 1);
    paths.push(...next.paths);
    cursor = next.cursor;
  }
  expect(paths).toEqual(['/blob/1', '/entra/1', '/imds/1', '/imds/2']);
  expect(await page(cursor)).toMatchObject({ paths: [], cursor });
});

it.each([
  [{ service: 'imds' }, ['/imds/1', '/imds/2']],
  [{ workload: 'VM-app01' }, ['/imds/1']],
  [{ workload: 'func-app01' }, ['/appservice/1']],
  [{ uti: 'u1' }, ['/imds/1', '/keyvault/1']],
  [{ clientRequestId: 'c1' }, ['/keyvault/1']],
  [{ outcome: 'failed' }, ['/imds/2', '/keyvault/1']],
  [{ outcome: 'succeeded', service: 'imds' }, ['/imds/1']],
] as [EventFilter, string[]][])('gives those only that are asked for: %j', async (filter, expected) => {
  const { happened, page } = lab();
  happened('imds', { virtualMachine: 'vm-app01', tokenId: 'u1' });
  happened('imds', { virtualMachine: 'vm-app02', status: 400 });
  happened('keyvault', { tokenId: 'u1', clientRequestId: 'c1', status: 403 });
  happened('appservice', { site: 'func-app01' });
  const { paths } = await page(undefined, filter);
  expect(paths).toEqual(expect.arrayContaining(expected));
  expect(paths).toHaveLength(expected.length);
});

it('names services that could not be asked, and gives what happened there when they can be', async () => {
  const { happened, down, page } = lab();
  happened('entra');
  down.add('entra');
  const first = await page();
  expect(first).toMatchObject({ paths: [], unheard: ['entra'] });
  down.clear();
  expect(await page(first.cursor)).toMatchObject({ paths: ['/entra/1'], unheard: [] });
});

it('names services that have forgotten events meanwhile', async () => {
  const { happened, forget, page } = lab();
  happened('entra');
  const { cursor } = await page();
  for (let index = 0; index < 3; index += 1) happened('entra');
  forget('entra', 2);
  expect(await page(cursor)).toMatchObject({ paths: ['/entra/3', '/entra/4'], missed: ['entra'] });
});

it('starts over at a service that was restarted', async () => {
  const { happened, restart, page } = lab();
  happened('blob');
  happened('blob');
  const { cursor } = await page();
  restart('blob');
  // More than before: by its count alone it could be one that went on.
  for (let index = 0; index < 3; index += 1) happened('blob');
  const next = await page(cursor, {}, 2);
  expect(next).toMatchObject({ paths: ['/blob/1', '/blob/2'], missed: ['blob'] });
  expect(await page(next.cursor)).toMatchObject({ paths: ['/blob/3'], missed: [] });
});

it('says once that a service was restarted, where nothing happened since', async () => {
  const { happened, restart, page } = lab();
  happened('blob');
  const { cursor } = await page();
  restart('blob');
  const next = await page(cursor);
  expect(next).toMatchObject({ paths: [], missed: ['blob'] });
  expect(await page(next.cursor)).toMatchObject({ paths: [], missed: [], cursor: next.cursor });
});

it.each([
  '',
  '!',
  'e30x',
  encodeCursor({ imds: { epoch: 'a', sequence: -1 } }),
  encodeCursor({ nobody: { epoch: 'a', sequence: 1 } } as object),
  'W10',
  'bnVsbA',
])("takes '%s' for no cursor", (text) => expect(decodeCursor(text)).toBeUndefined());
