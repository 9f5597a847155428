import type { Change } from '@lab/shared/feed/resources.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import type { Directory, RegisteredCertificate } from '../domain/directory.ts';

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
  const putTenant = db.prepare<[string, string, string]>('INSERT OR REPLACE INTO tenants VALUES (?, ?, ?)');
  const dropTenant = db.prepare<[string]>('DELETE FROM tenants WHERE tenant_id = ?');
  const principal = db.prepare<[string, string], Body>(
    'SELECT body FROM service_principals WHERE client_id = ? AND tenant_id = ?',
  );
  const principalById = db.prepare<[string], Body>('SELECT body FROM service_principals WHERE principal_id = ?');
  const putPrincipal = db.prepare<[string, string, string, string]>(
    'INSERT OR REPLACE INTO service_principals VALUES (?, ?, ?, ?)',
  );
  const dropPrincipal = db.prepare<[string]>('DELETE FROM service_principals WHERE principal_id = ?');
  const certificates = db.prepare<[string], RegisteredCertificate>(
    'SELECT certificate, sha1, sha256 FROM certificates WHERE client_id = ? ORDER BY position',
  );
  const putCertificate = db.prepare<[string, number, string, Buffer, Buffer]>(
    'INSERT INTO certificates VALUES (?, ?, ?, ?, ?)',
  );
  const dropCertificates = db.prepare<[string]>('DELETE FROM certificates WHERE client_id = ?');

  const parsed = <T>(row: Body | undefined): T | undefined => (row ? (JSON.parse(row.body) as T) : undefined);
  const registerCertificates = (clientId: string, list: readonly string[]) => {
    dropCertificates.run(clientId);
    list.forEach((certificate, position) => {
      try {
        const { sha1, sha256 } = thumbprints(certificate);
        putCertificate.run(clientId, position, certificate, sha1, sha256);
      } catch {
        // One that cannot be read verifies nothing; it must not keep the rest of the feed from being applied.
        log.warn({ clientId, position }, 'a certificate that cannot be read was left out');
      }
    });
  };

  return {
    findTenant: (name) => parsed(tenant.get(name.toLowerCase(), name.toLowerCase())),
    findServicePrincipal: (tenantId, clientId) => parsed(principal.get(clientId.toLowerCase(), tenantId.toLowerCase())),
    findServicePrincipalById: (principalId) => parsed(principalById.get(principalId.toLowerCase())),
    certificatesOf: (clientId) => certificates.all(clientId.toLowerCase()),
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
      if (kind === 'identityCertificates') registerCertificates(key, value?.certificates ?? []);
    },
    clear: () => {
      db.exec('DELETE FROM tenants; DELETE FROM service_principals; DELETE FROM certificates;');
    },
  };
}
