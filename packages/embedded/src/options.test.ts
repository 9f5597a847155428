import { expect, it } from 'vitest';
import { embeddedOptions } from './options.ts';

const options = embeddedOptions({
  vaultUrl: 'https://localhost:1',
  accountUrl: 'https://127.0.0.1:2/stlab',
  armUrl: 'https://localhost:3',
});

it('has code with the addresses of this lab for every SDK, or says in a sentence why it cannot be used', () => {
  expect(options.map(({ sdk }) => sdk)).toEqual([
    'JavaScript',
    'Python',
    'C#',
    'Go',
    'Java',
    'Azure CLI',
    'rclone',
    'AzCopy',
  ]);
  for (const { text, but } of options) {
    if (text === '') expect(but).toMatch(/\.$/);
    else expect(text).toContain('https://127.0.0.1:2/stlab');
  }
});

it('warns of those that ignore the variable for IMDS, because they would ask the real one', () => {
  const warned = options.filter(({ but }) => but?.includes('ignores AZURE_POD_IDENTITY_AUTHORITY_HOST'));
  expect(warned.map(({ sdk }) => sdk)).toEqual(['Go', 'Azure CLI', 'rclone', 'AzCopy']);
});

it('says the scope of Resource Manager with its address, for clients that would ask Entra for a token for the address', () => {
  for (const name of ['JavaScript', 'Python']) {
    const line = options
      .find(({ sdk }) => sdk === name)
      ?.text.split('\n')
      .at(-1);
    expect(line).toContain('https://localhost:3');
    expect(line).toContain('https://management.azure.com/.default');
  }
});
