import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

it('reports every mistake at once, and no value', () => {
  const environment = { FABRIC_LISTEN: 'nowhere', AUTHORITY_ORIGIN: 'http://login.example/' };
  const attempt = () => parseConfig(environment);
  for (const name of ['DATABASE_PATH', 'PUBLIC_LISTEN', 'FABRIC_LISTEN', 'AUTHORITY_ORIGIN']) {
    expect(attempt).toThrow(name);
  }
  expect(attempt).not.toThrow('nowhere');
});

it('needs to be told where to keep its database and where to listen, and nothing else', () => {
  const environment = { DATABASE_PATH: ':memory:', PUBLIC_LISTEN: '127.0.0.1:0', STATE_DIRECTORY: '/nonexistent' };
  // It gets as far as the certificates: the rest of the environment is good.
  expect(() => parseConfig(environment)).toThrow('ENOENT');
});
