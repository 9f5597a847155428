import { expect, it } from 'vitest';
import { parseLabUrl } from './lab-names.ts';

it.each([
  'http://169.254.169.254/metadata/instance?api-version=2021-02-01',
  'http://169.254.129.2:8081/msi/token',
  'http://vm-app01.internal.cloudapp.net/preview?url=http://169.254.169.254/',
  'https://login.microsoftonline.com/contoso/v2.0/.well-known/openid-configuration',
  'https://graph.microsoft.com/v1.0/servicePrincipals',
  'https://management.azure.com/subscriptions',
  'https://KV-LAB.vault.azure.net/secrets/ConnectionString?api-version=7.4',
  'http://kv-lab.vault.azure.net/',
  'https://stlab.blob.core.windows.net:443/samples?restype=container&comp=list',
  'https://orders-api.azurewebsites.net/orders',
  'https://westeurope.oic.prod-aks.azure.com/x/.well-known/openid-configuration',
])('is a name of the lab: %s', (url) => {
  expect(parseLabUrl(url)?.href).toBe(new URL(url).href);
});

it.each([
  'http://2852039166/metadata/instance',
  'http://0xa9fea9fe/metadata/instance',
  'http://169.254.43518/metadata/instance',
])('reads another spelling of an address as the client does: %s', (url) => {
  expect(parseLabUrl(url)?.hostname).toBe('169.254.169.254');
});

it.each([
  'https://example.com/',
  'https://microsoft.com/',
  'https://evilvault.azure.net/',
  'https://vault.azure.net/',
  'https://a.b.vault.azure.net/',
  'https://kv-lab.vault.azure.net.evil.example/',
  'https://kv-lab.vault.azure.net./',
  'https://evil.example/.vault.azure.net/',
  'https://evil.example#.vault.azure.net/',
  'https://login.microsoftonline.com@evil.example/',
  'https://me@login.microsoftonline.com/',
  'https://:secret@login.microsoftonline.com/',
  'https://loginXmicrosoftonline.com/',
  'http://169.254.169.254:9000/health',
  'http://169.254.169.253/',
  'https://vm-app01.internal.cloudapp.net/',
  'http://internal.cloudapp.net/',
  'http://169.254.129.2/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::1]/',
  'http://127.0.0.1:8080/',
  'http://localhost/',
  'http://portal.front:8080/',
  'https://keyvault.fabric:8443/',
  'ftp://login.microsoftonline.com/',
  'file:///etc/passwd',
  'data:text/plain,x',
  '//login.microsoftonline.com/',
  'login.microsoftonline.com',
  '',
])('is none of the lab: %s', (url) => {
  expect(parseLabUrl(url)).toBeUndefined();
});

it('reads a backslash as the client does: the host ends there', () => {
  expect(parseLabUrl('https://login.microsoftonline.com\\@evil.example/')?.href).toBe(
    'https://login.microsoftonline.com/@evil.example/',
  );
});

it('is none of the lab: what is longer than a URL that services read', () => {
  expect(parseLabUrl(`https://login.microsoftonline.com/${'x'.repeat(9_000)}`)).toBeUndefined();
});
