import { expect, it } from 'vitest';
import { secretsIn } from './support.ts';

it('finds every secret that the lab has made in what pki keeps', () => {
  const token = 'abcdefghijklmnopqrstuvwxyz_-0123456789ABCDE';
  const text = [
    token,
    JSON.stringify([{ tenantName: 'contoso', clientSecret: 'a"b~c' }, { clientSecret: 'd' }], null, 2),
    'IDENTITY_ENDPOINT=http://169.254.129.2:8081/msi/token',
    'IDENTITY_HEADER=853B9A84',
    'MSI_SECRET=853B9A84',
    '',
  ].join('\n');
  expect(secretsIn(text)).toEqual([token, 'a"b~c', 'd', '853B9A84', '853B9A84']);
});
