import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { certificateAuthority } from '@lab/shared/x509/certificates.ts';
import { afterEach, expect, it, vi } from 'vitest';
import { actAs } from './act-as.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const now = Math.floor(Date.now() / 1_000);
const { cert } = await certificateAuthority('of a test', { notBefore: now - 60, notAfter: now + 60 });

/** Some are in several of Node's sources. */
const count = () =>
  new Set(tls.getCACertificates('default').map((text) => new X509Certificate(text).fingerprint256)).size;

it('sets the variables and trusts the authority besides the others, and puts back what was there', () => {
  process.env.LAB_TEST_KNOWN = 'before';
  const trusted = count();
  const restore = actAs({ LAB_TEST_KNOWN: 'now', LAB_TEST_NEW: 'now' }, cert);
  expect([process.env.LAB_TEST_KNOWN, process.env.LAB_TEST_NEW]).toEqual(['now', 'now']);
  expect(count()).toBe(trusted + 1);
  restore();
  expect([process.env.LAB_TEST_KNOWN, process.env.LAB_TEST_NEW]).toEqual(['before', undefined]);
  expect(count()).toBe(trusted);
  delete process.env.LAB_TEST_KNOWN;
});

it('ends with the last that is undone, in any order, and each is undone once', () => {
  const trusted = count();
  const [first, second] = ['first', 'second'].map((value) => actAs({ LAB_TEST_NEW: value }, cert));
  first?.();
  expect(process.env.LAB_TEST_NEW).toBe('second');
  const third = actAs({ LAB_TEST_NEW: 'third' }, cert);
  third();
  third();
  expect(process.env.LAB_TEST_NEW).toBe('second');
  second?.();
  expect([process.env.LAB_TEST_NEW, count()]).toEqual([undefined, trusted]);
});

const VARIABLES = [
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_FEDERATED_TOKEN_FILE',
  'IDENTITY_ENDPOINT',
] as const;
const values = () => VARIABLES.map((name) => process.env[name]);

it("takes away another place's variables and a developer's own sign-in, and gives them back", () => {
  vi.stubEnv('AZURE_CLIENT_ID', 'an-application');
  vi.stubEnv('AZURE_CLIENT_SECRET', 'of-the-real-azure');
  const machine = actAs({ IDENTITY_ENDPOINT: 'http://127.0.0.1:1/msi/token' }, cert);
  expect(values()).toEqual([undefined, undefined, undefined, 'http://127.0.0.1:1/msi/token']);
  const pod = actAs({ AZURE_CLIENT_ID: 'id-pod', AZURE_FEDERATED_TOKEN_FILE: '/token' }, cert);
  expect(values()).toEqual(['id-pod', undefined, '/token', undefined]);
  pod();
  machine();
  expect(values()).toEqual(['an-application', 'of-the-real-azure', undefined, undefined]);
});

it("leaves a client id alone that is nobody's sign-in: it chooses one of the machine's identities", () => {
  vi.stubEnv('AZURE_CLIENT_ID', 'id-orders');
  const restore = actAs({ IDENTITY_ENDPOINT: 'http://127.0.0.1:1/msi/token' }, cert);
  expect(values()).toEqual(['id-orders', undefined, undefined, 'http://127.0.0.1:1/msi/token']);
  restore();
});
