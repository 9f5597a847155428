import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

it('reports every mistake at once, without the values', () => {
  const attempt = () => parseConfig({ PUBLIC_LISTEN: 'no port', AUTHORITY_ORIGIN: 'http://plain.example' });
  for (const name of ['PUBLIC_LISTEN', 'DATABASE_PATH', 'AUTHORITY_ORIGIN']) expect(attempt).toThrow(`  ${name}: `);
  expect(attempt).not.toThrow('plain.example');
});
