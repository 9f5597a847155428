import { expect, it } from 'vitest';
import { type PageRequest, pageOf } from './list.ts';

/** Lists names as the store does, and counts what is read. */
function list(names: readonly string[], request: Partial<PageRequest>) {
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  let read = 0;
  const { entries, next } = pageOf(
    { prefix: '', delimiter: '', from: undefined, maxResults: 5000, ...request },
    (from, limit) => {
      const start = sorted.findIndex((name) => Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0);
      const rows = start < 0 ? [] : sorted.slice(start, start + limit).map((name) => ({ name }));
      read += rows.length;
      return rows;
    },
  );
  return { found: entries.map((entry) => ('item' in entry ? entry.item.name : `${entry.prefix}*`)), next, read };
}

const tree = (directories: number, files: number): string[] =>
  Array.from({ length: directories * files }, (_, n) => `${String(n % directories).padStart(5, '0')}/${n}`);

it.each([
  ['one blob each', 2000, 1],
  ['a hundred blobs each', 100, 100],
  ['blobs enough for two batches each', 20, 300],
])('reads little more than it shows of directories with %s', (_, directories, files) => {
  const { found, next, read } = list(tree(directories, files), { delimiter: '/' });
  expect(found).toHaveLength(directories);
  expect(new Set(found).size).toBe(directories);
  expect(next).toBeUndefined();
  expect(read).toBeLessThan(10 * directories + 600);
});

it.each([1, 3, 8, 9, 100])('gives each name and each prefix once over pages of %i', (maxResults) => {
  const names = [...tree(12, 12), ...Array.from({ length: 60 }, (_, n) => `x${n}`), '00000', '00003', '\u{10ffff}/a'];
  for (const delimiter of ['', '/']) {
    const whole = list(names, { delimiter }).found;
    const pages: string[] = [];
    for (let from: string | undefined = ''; from !== undefined; ) {
      const { found, next } = list(names, { delimiter, maxResults, from });
      expect(found.length).toBeLessThanOrEqual(maxResults);
      pages.push(...found);
      from = next;
    }
    expect(pages).toEqual(whole);
    expect(new Set(pages).size).toBe(pages.length);
  }
});

it('ends behind the last name that there can be', () => {
  const last = '\u{10ffff}';
  const names = Array.from({ length: 300 }, (_, n) => `${last}${n}`);
  expect(list(names, { delimiter: last })).toMatchObject({ found: [`${last}*`], next: undefined });
});
