import type { Change } from '@lab/shared/feed/resources.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import type { Directory, RegisteredCertificate, ServicePrincipal, Tenant } from '../domain/directory.ts';
import type { FederatedCredential } from '../domain/federated-credential.ts';

export type DirectoryStore = Directory & {
  /** Applies a change; kinds that are not Entra's are ignored. Call inside a transaction. */
  apply(change: Change): void;
  /** Forgets everything: `arm` begins a new epoch. */
  clear(): void;
};

type Body = { body: string };

/** The directory in SQLite, as followed from `arm`. Rows are found by lower-case id; the values keep their own case. */
export function sqliteDirectory(db: Database, log: Log): DirectoryStore {
  const tenant = db.prepare<[string, string], Body>('SELECT body FROM tenants WHERE tenant_id = ? OR domain = ?');
  const tenants = db.prepare<[], Body>('SELECT body FROM tenants ORDER BY tenant_id');
  const putTenant = db.prepare<[string, string, string]>('INSERT OR REPLACE INTO tenants VALUES (?, ?, ?)');
  const dropTenant = db.prepare<[string]>('DELETE FROM tenants WHERE tenant_id = ?');
  const principal = db.prepare<[string, string], Body>(
    'SELECT body FROM service_principals WHERE client_id = ? AND tenant_id = ?',
  );
  const principalById = db.prepare<[string], Body>('SELECT body FROM service_principals WHERE principal_id = ?');
  const principalsOf = db.prepare<[string], Body>(
    'SELECT body FROM service_principals WHERE tenant_id = ? ORDER BY principal_id',
  );
  const putPrincipal = db.prepare<[string, string, string, string]>(
    'INSERT OR REPLACE INTO service_principals VALUES (?, ?, ?, ?)',
  );
  const dropPrincipal = db.prepare<[string]>('DELETE FROM service_principals WHERE principal_id = ?');
  const certificates = db.prepare<[string], RegisteredCertificate>(
    'SELECT certificate, sha1, sha256 FROM certificates WHERE client_id = ? ORDER BY entry, position',
  );
  const putCertificate = db.prepare<[string, string, number, string, Buffer, Buffer]>(
    'INSERT INTO certificates VALUES (?, ?, ?, ?, ?, ?)',
  );
  const dropCertificates = db.prepare<[string]>('DELETE FROM certificates WHERE entry = ?');
  const federated = db.prepare<[string], Body>(
    'SELECT body FROM federated_credentials WHERE client_id = ? ORDER BY id',
  );
  const putFederated = db.prepare<[string, string, string]>(
    'INSERT OR REPLACE INTO federated_credentials VALUES (?, ?, ?)',
  );
  const dropFederated = db.prepare<[string]>('DELETE FROM federated_credentials WHERE id = ?');

  const parsed = <T>(row: Body | undefined): T | undefined => (row ? (JSON.parse(row.body) as T) : undefined);
  /** One entry of an identity: what one of the services that host it has handed over. */
  const registerCertificates = (entry: string, value: { clientId: string; certificates: readonly string[] } | null) => {
    dropCertificates.run(entry);
    const clientId = value?.clientId.toLowerCase() ?? '';
    value?.certificates.forEach((certificate, position) => {
      try {
        const { sha1, sha256 } = thumbprints(certificate);
        putCertificate.run(entry, clientId, position, certificate, sha1, sha256);
      } catch {
        // One that cannot be read verifies nothing; it must not keep the rest of the feed from being applied.
        log.warn({ clientId, position }, 'a certificate that cannot be read was left out');
      }
    });
  };

  return {
    findTenant: (name) => parsed(tenant.get(name.toLowerCase(), name.toLowerCase())),
    tenants: () => tenants.all().map(({ body }) => JSON.parse(body) as Tenant),
    findServicePrincipal: (tenantId, clientId) => parsed(principal.get(clientId.toLowerCase(), tenantId.toLowerCase())),
    findServicePrincipalById: (principalId) => parsed(principalById.get(principalId.toLowerCase())),
    servicePrincipalsOf: (tenantId) =>
      principalsOf.all(tenantId.toLowerCase()).map(({ body }) => JSON.parse(body) as ServicePrincipal),
    certificatesOf: (clientId) => certificates.all(clientId.toLowerCase()),
    federatedCredentialsOf: (clientId) =>
      federated.all(clientId.toLowerCase()).map(({ body }) => JSON.parse(body) as FederatedCredential),
    apply: ({ kind, id, value }) => {
      const key = id.toLowerCase();
      if (kind === 'tenant') {
        if (value) putTenant.run(key, value.domain.toLowerCase(), JSON.stringify(value));
        else dropTenant.run(key);
      }
      if (kind === 'servicePrincipal') {
        if (value) {
          putPrincipal.run(key, value.tenantId.toLowerCase(), value.clientId.toLowerCase(), JSON.stringify(value));
        } else dropPrincipal.run(key);
      }
      if (kind === 'identityCertificates') registerCertificates(key, value);
      if (kind === 'federatedCredential') {
        if (value) {
          const { clientId, issuer, subject, audiences } = value;
          const credential: FederatedCredential = { issuer, subject, audience: audiences[0] ?? '' };
          putFederated.run(key, clientId.toLowerCase(), JSON.stringify(credential));
        } else dropFederated.run(key);
      }
    },
    clear: () => {
      db.exec(
        'DELETE FROM tenants; DELETE FROM service_principals; DELETE FROM certificates; DELETE FROM federated_credentials;',
      );
    },
  };
}
