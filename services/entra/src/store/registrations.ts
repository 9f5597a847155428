import type { Change } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import type {
  Application,
  ApplicationFederatedCredential,
  ApplicationPrincipal,
  AppRoleAssignment,
  ClientSecret,
  KeyCredential,
  Registrations,
} from '../domain/application.ts';
import { normalUri } from '../domain/resources.ts';
import { declaredApplications } from './declared-applications.ts';

export type RegistrationStore = Registrations & {
  /** Applies a change of the feed; kinds other than `application` are ignored. Call inside a transaction. */
  apply(change: Change): void;
  /** Forgets what the lab declared; what was made through Graph is Entra's own and stays. */
  clear(): void;
};

type Body = { body: string };

/** Applications and what belongs to them, in SQLite. Rows are found by lower-case id; the values keep their own case. */
export function sqliteRegistrations(db: Database): RegistrationStore {
  const list = <T>(sql: string) => {
    const statement = db.prepare<string[], Body>(sql);
    return (...keys: string[]): T[] => statement.all(...keys.map(lower)).map(({ body }) => JSON.parse(body) as T);
  };
  const one = <T>(sql: string) => {
    const rows = list<T>(sql);
    return (...keys: string[]): T | undefined => rows(...keys)[0];
  };
  const run = (sql: string) => db.prepare<(string | number | Buffer)[]>(sql);

  const applicationsOf = list<Application>('SELECT body FROM applications WHERE tenant_id = ? ORDER BY object_id');
  const findApplication = one<Application>('SELECT body FROM applications WHERE tenant_id = ? AND object_id = ?');
  const byClientId = one<Application>('SELECT body FROM applications WHERE tenant_id = ? AND client_id = ?');
  const byUri = one<Application>(
    'SELECT body FROM identifier_uris JOIN applications USING (object_id) WHERE identifier_uris.tenant_id = ? AND uri = ?',
  );
  const putApplication = run(`
    INSERT INTO applications (object_id, client_id, tenant_id, declared, body) VALUES (?, ?, ?, 0, ?)
    ON CONFLICT (object_id) DO UPDATE SET body = excluded.body`);
  const dropUris = run('DELETE FROM identifier_uris WHERE object_id = ?');
  const addUri = run('INSERT INTO identifier_uris VALUES (?, ?, ?)');
  const dropApplication = run('DELETE FROM applications WHERE object_id = ?');

  const principalsOf = list<ApplicationPrincipal>(
    'SELECT body FROM application_principals WHERE tenant_id = ? ORDER BY principal_id',
  );
  const findPrincipal = one<ApplicationPrincipal>(
    'SELECT body FROM application_principals WHERE tenant_id = ? AND client_id = ?',
  );
  const principalById = one<ApplicationPrincipal>('SELECT body FROM application_principals WHERE principal_id = ?');
  const putPrincipal = run(`
    INSERT INTO application_principals VALUES (?, ?, ?, ?) ON CONFLICT (principal_id) DO UPDATE SET body = excluded.body`);
  const dropPrincipal = run('DELETE FROM application_principals WHERE principal_id = ?');

  const secretsOf = db.prepare<[string], Body & { sha256: Buffer }>(
    'SELECT body, sha256 FROM secrets WHERE owner_id = ? ORDER BY rowid',
  );
  const addSecret = run('INSERT INTO secrets VALUES (?, ?, ?, 0, ?)');
  const removeSecret = run('DELETE FROM secrets WHERE owner_id = ? AND key_id = ?');
  const dropSecrets = run('DELETE FROM secrets WHERE owner_id = ?');
  const keysOf = list<Omit<KeyCredential, 'sha1' | 'sha256'>>(
    'SELECT body FROM key_credentials WHERE owner_id = ? ORDER BY position',
  );
  const addKey = run('INSERT INTO key_credentials VALUES (?, ?, ?)');
  const dropKeys = run('DELETE FROM key_credentials WHERE owner_id = ?');

  const federatedCredentialsOf = list<ApplicationFederatedCredential>(
    'SELECT body FROM application_federated_credentials WHERE object_id = ? ORDER BY rowid',
  );
  const putFederatedCredential = run(`
    INSERT INTO application_federated_credentials VALUES (?, ?, ?, ?)
    ON CONFLICT (object_id, id) DO UPDATE SET body = excluded.body`);
  const dropFederatedCredential = run('DELETE FROM application_federated_credentials WHERE object_id = ? AND id = ?');

  const ASSIGNMENT = `SELECT id, tenant_id AS tenantId, principal_id AS principalId, resource_id AS resourceId,
    app_role_id AS appRoleId, created_at AS createdAt FROM app_role_assignments`;
  const assignmentsOf = db.prepare<[string], AppRoleAssignment>(`${ASSIGNMENT} WHERE principal_id = ? ORDER BY id`);
  const assignmentsTo = db.prepare<[string], AppRoleAssignment>(`${ASSIGNMENT} WHERE resource_id = ? ORDER BY id`);
  const assignmentById = db.prepare<[string], AppRoleAssignment>(`${ASSIGNMENT} WHERE id = ?`);
  const addAssignment = run('INSERT INTO app_role_assignments VALUES (?, ?, ?, ?, ?, 0, ?)');
  const dropAssignment = run('DELETE FROM app_role_assignments WHERE id = ?');
  const dropAssignments = run('DELETE FROM app_role_assignments WHERE principal_id = ? OR resource_id = ?');

  const deletePrincipal = (principalId: string) => {
    const id = lower(principalId);
    for (const drop of [dropSecrets, dropKeys, dropPrincipal]) drop.run(id);
    dropAssignments.run(id, id);
  };
  const registrations: Registrations = {
    applicationsOf,
    findApplication,
    findApplicationByClientId: byClientId,
    findApplicationByUri: (tenantId, uri) => byUri(tenantId, normalUri(uri)),
    putApplication: db.transaction((application: Application) => {
      const { objectId, clientId, tenantId } = application;
      const ids = [objectId, clientId, tenantId].map(lower);
      putApplication.run(...ids, JSON.stringify(application));
      dropUris.run(lower(objectId));
      const uris = new Set(application.identifierUris.map(normalUri));
      for (const uri of uris) addUri.run(lower(tenantId), uri, lower(objectId));
    }),
    deleteApplication: db.transaction(({ objectId, clientId, tenantId }: Application) => {
      const principal = findPrincipal(tenantId, clientId);
      if (principal) deletePrincipal(principal.principalId);
      for (const drop of [dropSecrets, dropKeys, dropApplication]) drop.run(lower(objectId));
    }),
    principalsOf,
    findPrincipal,
    findPrincipalById: principalById,
    putPrincipal: (principal) => {
      const { principalId, clientId, tenantId } = principal;
      putPrincipal.run(...[principalId, clientId, tenantId].map(lower), JSON.stringify(principal));
    },
    deletePrincipal: db.transaction(({ principalId }: ApplicationPrincipal) => deletePrincipal(principalId)),
    secretsOf: (ownerId) =>
      secretsOf
        .all(lower(ownerId))
        .map(({ body, sha256 }) => ({ ...(JSON.parse(body) as Omit<ClientSecret, 'sha256'>), sha256 })),
    addSecret: (ownerId, { sha256, ...secret }) => {
      addSecret.run(lower(ownerId), lower(secret.keyId), sha256, JSON.stringify(secret));
    },
    removeSecret: (ownerId, keyId) => removeSecret.run(lower(ownerId), lower(keyId)).changes > 0,
    keysOf: (ownerId) => keysOf(ownerId).map((key) => ({ ...key, ...thumbprints(key.certificate) })),
    putKeys: db.transaction((ownerId: string, keys: readonly KeyCredential[]) => {
      dropKeys.run(lower(ownerId));
      keys.forEach(({ sha1, sha256, ...key }, position) => {
        addKey.run(lower(ownerId), position, JSON.stringify(key));
      });
    }),
    federatedCredentialsOf,
    putFederatedCredential: (objectId, credential) => {
      const { id, name } = credential;
      putFederatedCredential.run(...[objectId, id, name].map(lower), JSON.stringify(credential));
    },
    deleteFederatedCredential: (objectId, id) => {
      dropFederatedCredential.run(lower(objectId), lower(id));
    },
    assignmentsOf: (principalId) => assignmentsOf.all(lower(principalId)),
    assignmentsTo: (resourceId) => assignmentsTo.all(lower(resourceId)),
    findAssignment: (id) => assignmentById.get(id),
    addAssignment: ({ id, tenantId, principalId, resourceId, appRoleId, createdAt }) => {
      addAssignment.run(id, ...[tenantId, principalId, resourceId, appRoleId].map(lower), createdAt);
    },
    deleteAssignment: (id) => {
      dropAssignment.run(id);
    },
  };
  return { ...registrations, ...declaredApplications(db, registrations) };
}

const lower = (id: string): string => id.toLowerCase();
