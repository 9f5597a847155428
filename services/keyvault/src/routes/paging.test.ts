import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure, startTestVault, type TestVault, VAULT } from '../testing.ts';

let vault: TestVault;
beforeEach(async () => {
  vault = await startTestVault({ vaultHosts: { localhost: VAULT.name } });
  for (let n = 0; n < 27; n += 1) {
    await vault.ask('PUT', `/secrets/s${String(n).padStart(2, '0')}`, { body: { value: 'x' } });
  }
});
afterEach(() => vault.close());

type Item = { id: string };
const nameOf = ({ id }: Item) => id.split('/').at(-1);

/** Follows the links verbatim, as clients do; gives the names of each page. */
async function pages(path: string, query: string, host = VAULT.host): Promise<(string | undefined)[][]> {
  const { status, body } = await vault.ask('GET', path, { query, host });
  expect(status).toBe(200);
  const names = body.value.map(nameOf);
  if (body.nextLink === null) return [names];
  const next = new URL(body.nextLink);
  expect(`${next.protocol}//${next.host}`).toBe(`https://${host}`);
  return [names, ...(await pages(next.pathname, next.search.slice(1), host))];
}

it('shows 25 at a time, and all of them once', async () => {
  const found = await pages('/secrets', 'api-version=7.6');
  expect(found.map((page) => page.length)).toEqual([25, 2]);
  expect(new Set(found.flat()).size).toBe(27);
});

it('keeps maxresults and api-version in the link, and its own origin with the port', async () => {
  const found = await pages('/secrets', 'api%2Dversion=2025-07-01&maxresults=10', 'localhost:8443');
  expect(found.map((page) => page.length)).toEqual([10, 10, 7]);
});

it('pages versions and deleted secrets alike', async () => {
  for (const value of ['2', '3']) await vault.ask('PUT', '/secrets/s00', { body: { value } });
  const versions = await pages('/secrets/s00/versions', 'api-version=7.6&maxresults=1');
  expect(new Set(versions.flat()).size).toBe(3);
  for (const name of ['s01', 's02']) await vault.ask('DELETE', `/secrets/${name}`);
  expect(await pages('/deletedsecrets', 'api-version=7.6&maxresults=1')).toEqual([['s01'], ['s02']]);
});

it('ends with a full page when nothing follows it', async () => {
  expect((await pages('/secrets', 'api-version=7.6&maxresults=9')).map((page) => page.length)).toEqual([9, 9, 9]);
});

it.each(['0', '26', '-1', '1.5', 'many', ''])('refuses maxresults=%s', async (size) => {
  const answer = await vault.ask('GET', '/secrets', { query: `api-version=7.6&maxresults=${size}` });
  expect(failure(answer)).toBe('400 BadParameter');
});

it.each(['nonsense', '', 'eyJOZXh0TWFya2VyIjoiMiE0IUFBQUEifQ==', '%00%ff'])('refuses $skiptoken=%s', async (token) => {
  const answer = await vault.ask('GET', '/secrets', { query: `api-version=7.6&$skiptoken=${token}` });
  expect(failure(answer)).toBe('400 BadParameter');
});
