import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { VAULT } from '../testing.ts';
import { openBackup, sealBackup } from './backup.ts';
import type { SecretVersion } from './secret.ts';

const key = randomBytes(32);
const version: SecretVersion = {
  name: 'db-pw',
  version: 'f'.repeat(32),
  value: 'hush',
  contentType: 'text/plain',
  tags: {},
  enabled: true,
  notBefore: 1,
  expires: 2,
  created: 3,
  updated: 4,
};
const elsewhere = { ...VAULT, resourceId: VAULT.resourceId.replace('55555555', '66666666') };

it('gives back what was sealed', () => {
  expect(openBackup(key, VAULT, sealBackup(key, VAULT, [version]))).toEqual([version]);
});

it('says nothing of what it holds', () => {
  const bytes = Buffer.from(sealBackup(key, VAULT, [version]), 'base64url').toString('latin1');
  for (const word of ['hush', 'db-pw', 'text/plain']) expect(bytes).not.toContain(word);
});

it('is opened in no vault of another subscription', () => {
  const sealed = sealBackup(key, VAULT, [version]);
  expect(() => openBackup(key, elsewhere, sealed)).toThrow('belongs to a vault of another subscription');
});

it('is opened with no other key', () => {
  expect(() => openBackup(randomBytes(32), VAULT, sealBackup(key, VAULT, [version]))).toThrow('not valid');
});
