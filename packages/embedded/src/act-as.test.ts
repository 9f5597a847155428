import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { certificateAuthority } from '@lab/shared/x509/certificates.ts';
import { expect, it } from 'vitest';
import { actAs } from './act-as.ts';

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
