import { describe, expect, it } from 'vitest';
import { resolve } from './resolve.ts';

const exists = (host: string) => ['kv-lab.vault.azure.net', 'stlab.blob.core.windows.net'].includes(host);
const ask = (name: string, type = 'A', dnsClass = 'IN') => {
  const resolution = resolve({ name, type, class: dnsClass }, exists);
  return 'zone' in resolution ? `${resolution.outcome}: ${resolution.zone?.service ?? 'root'}` : resolution.outcome;
};

it.each([
  ['a vault', 'kv-lab.vault.azure.net', 'address: keyvault'],
  ['an account', 'stlab.blob.core.windows.net', 'address: blob'],
  ['the same in another case', 'KV-Lab.Vault.Azure.NET', 'address: keyvault'],
  ['a letter that is another one in lower case', '\u212av-lab.vault.azure.net', 'no such name: keyvault'],
  ['a suffix', 'vault.azure.net', 'no data: keyvault'],
  ['a vault that does not exist', 'kv-none.vault.azure.net', 'no such name: keyvault'],
  ['an account named like a vault', 'kv-lab.blob.core.windows.net', 'no such name: blob'],
  ['a label before a vault', 'a.kv-lab.vault.azure.net', 'no such name: keyvault'],
  ['a name that only ends the same', 'kv-lab.evilvault.azure.net', 'no such name: root'],
  ['another service of Azure', 'stlab.queue.core.windows.net', 'no such name: root'],
  ['a name of the world', 'www.microsoft.com', 'no such name: root'],
  ['the root', '.', 'no such name: root'],
])('answers for %s', (_, name, expected) => expect(ask(name)).toBe(expected));

describe.each(['AAAA', 'TXT', 'MX', 'CNAME', 'NS', 'SOA', 'UNKNOWN_65'])('a question for %s', (type) => {
  it('finds nothing of that type where the name exists', () =>
    expect(ask('kv-lab.vault.azure.net', type)).toBe('no data: keyvault'));
  it('finds no name where there is none', () =>
    expect(ask('kv-none.vault.azure.net', type)).toBe('no such name: keyvault'));
});

it.each(['ANY', 'AXFR', 'IXFR', 'OPT', 'TSIG', 'UNKNOWN_251', 'UNKNOWN_253'])('refuses %s', (type) =>
  expect(ask('vault.azure.net', type)).toBe('refused'),
);

it.each(['CH', 'HS', 'ANY', 'UNKNOWN_254'])('refuses the class %s', (dnsClass) =>
  expect(ask('kv-lab.vault.azure.net', 'A', dnsClass)).toBe('refused'),
);
