import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

it('reports every mistake at once, without the values', () => {
  expect(() => parseConfig({ PUBLIC_LISTEN: 'no port', AUTHORITY_ORIGIN: 'http://plain.example' })).toThrow(
    /PUBLIC_LISTEN: .*\n {2}DATABASE_PATH: .*\n {2}AUTHORITY_ORIGIN: /,
  );
});
