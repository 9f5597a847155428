import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

it('reports every mistake at once', () => {
  const attempt = () => parseConfig({ DNS_LISTEN: 'no port', CLIENT_SUBNET: '10.88.0.0' });
  for (const name of ['DNS_LISTEN', 'CLIENT_SUBNET', 'DATABASE_PATH']) expect(attempt).toThrow(`  ${name}: `);
});
