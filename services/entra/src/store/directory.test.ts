import { randomUUID } from 'node:crypto';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import { silentLog } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { beforeEach, expect, it } from 'vitest';
import { CONTENT, IDENTITY, migrations, OTHER_TENANT, PRINCIPAL, STRANGER, TENANT } from '../testing.ts';
import { applyPages } from './apply-pages.ts';
import { type DirectoryStore, sqliteDirectory } from './directory.ts';

const EPOCH = randomUUID();
let directory: DirectoryStore;
let cursor: ReturnType<typeof sqliteCursor>;
let apply: (changes: readonly Change[], revision: number, fresh?: boolean) => void;

beforeEach(() => {
  const db = openDatabase(':memory:', migrations);
  directory = sqliteDirectory(db, silentLog);
  cursor = sqliteCursor(db);
  const applyPage = applyPages(db, [directory], cursor);
  apply = (changes, revision, fresh = false) => applyPage({ epoch: EPOCH, revision, changes: [...changes] }, { fresh });
  apply(CONTENT, 1, true);
});

it('finds tenants by GUID and by domain, in any case', () => {
  for (const name of [TENANT.tenantId, TENANT.tenantId.toUpperCase(), TENANT.domain, 'CONTOSO.onmicrosoft.com']) {
    expect(directory.findTenant(name)).toEqual(TENANT);
  }
  expect(directory.findTenant(TENANT.name)).toBeUndefined();
});

it('finds a service principal in its own tenant only, by client id in any case', () => {
  expect(directory.findServicePrincipal(TENANT.tenantId, PRINCIPAL.clientId.toUpperCase())).toEqual(PRINCIPAL);
  expect(directory.findServicePrincipal(OTHER_TENANT.tenantId, PRINCIPAL.clientId)).toBeUndefined();
  expect(directory.findServicePrincipal(TENANT.tenantId, PRINCIPAL.principalId)).toBeUndefined();
});

it('finds the certificates of a client among its own only', () => {
  const value = { clientId: randomUUID(), certificates: [STRANGER.cert] };
  apply([{ kind: 'identityCertificates', id: value.clientId, value }], 2);
  expect(directory.certificatesOf(value.clientId).map(({ certificate }) => certificate)).toEqual([STRANGER.cert]);
  expect(directory.certificatesOf(PRINCIPAL.clientId).map(({ certificate }) => certificate)).not.toContain(
    STRANGER.cert,
  );
});

it('replaces the certificates of an identity as a whole', () => {
  const value = { clientId: PRINCIPAL.clientId, certificates: [STRANGER.cert] };
  apply([{ kind: 'identityCertificates', id: PRINCIPAL.clientId, value }], 2);
  expect(directory.certificatesOf(PRINCIPAL.clientId).map(({ certificate }) => certificate)).toEqual([STRANGER.cert]);
});

it('keeps the certificates that two hosts have of one identity, and drops those of one alone', () => {
  const entry = (host: string, certificates: string[] | null) => ({
    kind: 'identityCertificates' as const,
    id: `${PRINCIPAL.clientId}/${host}`,
    value: certificates && { clientId: PRINCIPAL.clientId, certificates },
  });
  const known = () => directory.certificatesOf(PRINCIPAL.clientId).map(({ certificate }) => certificate);
  apply([{ kind: 'identityCertificates', id: PRINCIPAL.clientId, value: null }], 2);
  apply([entry('imds', [IDENTITY.cert]), entry('appservice', [STRANGER.cert])], 3);
  expect(known().sort()).toEqual([IDENTITY.cert, STRANGER.cert].sort());
  apply([entry('appservice', null)], 4);
  expect(known()).toEqual([IDENTITY.cert]);
});

it('leaves out a certificate that cannot be read, and applies the rest', () => {
  const value = { clientId: PRINCIPAL.clientId, certificates: ['nonsense', IDENTITY.cert] };
  apply([{ kind: 'identityCertificates', id: PRINCIPAL.clientId, value }], 2);
  expect(directory.certificatesOf(PRINCIPAL.clientId)).toHaveLength(1);
  expect(cursor.get()).toEqual({ epoch: EPOCH, revision: 2 });
});

it('forgets what is deleted', () => {
  apply(
    [
      { kind: 'tenant', id: OTHER_TENANT.tenantId, value: null },
      { kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: null },
      { kind: 'identityCertificates', id: PRINCIPAL.clientId, value: null },
    ],
    2,
  );
  expect(directory.findTenant(OTHER_TENANT.domain)).toBeUndefined();
  expect(directory.findServicePrincipalById(PRINCIPAL.principalId)).toBeUndefined();
  expect(directory.certificatesOf(PRINCIPAL.clientId)).toEqual([]);
});

it('forgets everything that a new epoch does not declare again', () => {
  apply([{ kind: 'tenant', id: TENANT.tenantId, value: TENANT }], 1, true);
  expect(directory.findTenant(TENANT.tenantId)).toEqual(TENANT);
  expect(directory.findTenant(OTHER_TENANT.tenantId)).toBeUndefined();
  expect(directory.findServicePrincipalById(PRINCIPAL.principalId)).toBeUndefined();
});

it('applies a page and its cursor together, or neither', () => {
  const broken = { kind: 'tenant', id: randomUUID(), value: { ...TENANT, domain: undefined } } as unknown as Change;
  expect(() => apply([{ kind: 'servicePrincipal', id: PRINCIPAL.principalId, value: null }, broken], 2)).toThrow();
  expect(cursor.get()?.revision).toBe(1);
  expect(directory.findServicePrincipalById(PRINCIPAL.principalId)).toEqual(PRINCIPAL);
});
