import { expect, it } from 'vitest';
import { claimRows } from './claim-rows.ts';

it('puts first what decisions are made from, and leaves the rest in its order', () => {
  const rows = claimRows({ ver: '1.0', exp: 5, xms_rd: 'x', aud: 'a', iss: 'i' });
  expect(rows.map(({ name }) => name)).toEqual(['iss', 'aud', 'exp', 'ver', 'xms_rd']);
});

it('knows which are times, and takes for one only what can be', () => {
  const rows = claimRows({ exp: 5, nbf: 'never', iat: 1e300, uti: 7 });
  expect(rows).toEqual([
    { name: 'nbf', value: 'never' },
    { name: 'iat', value: '1e+300' },
    { name: 'exp', value: '5', at: 5 },
    { name: 'uti', value: '7' },
  ]);
});

it('shows what is no text as JSON', () => {
  expect(claimRows({ roles: ['a'], x: null }).map(({ value }) => value)).toEqual(['["a"]', 'null']);
});
