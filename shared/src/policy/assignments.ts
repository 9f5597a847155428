import type { Change, ResourceOf } from '../feed/resources.ts';
import type { DenyAssignment, RoleAssignment, RoleDefinition } from '../rbac/decide-access.ts';
import type { Database } from '../sqlite.ts';
import { type Assignments, cachedAssignments } from './cached.ts';

export type { Assignments } from './cached.ts';

export type AssignmentsStore = Assignments & {
  /** Applies a change of a role definition, role or deny assignment; others are ignored. Call inside a transaction. */
  apply(change: Change): void;
  /** Forgets all of them: `arm` begins a new epoch. */
  clear(): void;
};

type Row = { id: string; principalId: string; scope: string; roleDefinitionId: string; condition: string | null };

/**
 * Role definitions, role assignments and deny assignments in the data plane's own SQLite file: what `arm` last said. An
 * assignment whose role definition is unknown grants nothing, and comes into force when the definition arrives. GUIDs
 * are kept in lower case.
 */
export function sqliteAssignments(db: Database): AssignmentsStore {
  db.exec(`
    CREATE TABLE IF NOT EXISTS role_definitions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS role_assignments (
      id TEXT PRIMARY KEY, principal_id TEXT NOT NULL, scope TEXT NOT NULL, role_definition_id TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS role_assignments_by_principal ON role_assignments (principal_id);
    CREATE TABLE IF NOT EXISTS deny_assignments (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  `);
  const columns = db.pragma('table_info(role_assignments)') as { name: string }[];
  if (!columns.some(({ name }) => name === 'condition'))
    db.exec('ALTER TABLE role_assignments ADD COLUMN condition TEXT');

  const find = db.prepare<[principalId: string], Row>(`
    SELECT id, principal_id AS principalId, scope, role_definition_id AS roleDefinitionId, condition
      FROM role_assignments WHERE principal_id = ? ORDER BY rowid`);
  const definition = db.prepare<[id: string], { body: string }>('SELECT body FROM role_definitions WHERE id = ?');
  const putDefinition = db.prepare<[id: string, body: string]>('INSERT OR REPLACE INTO role_definitions VALUES (?, ?)');
  const dropDefinition = db.prepare<[id: string]>('DELETE FROM role_definitions WHERE id = ?');
  const putAssignment = db.prepare<[Row]>(`
    INSERT OR REPLACE INTO role_assignments (id, principal_id, scope, role_definition_id, condition)
    VALUES (@id, @principalId, @scope, @roleDefinitionId, @condition)`);
  const dropAssignment = db.prepare<[id: string]>('DELETE FROM role_assignments WHERE id = ?');
  const denials = db.prepare<[], { body: string }>('SELECT body FROM deny_assignments ORDER BY rowid');
  const putDenial = db.prepare<[id: string, body: string]>('INSERT OR REPLACE INTO deny_assignments VALUES (?, ?)');
  const dropDenial = db.prepare<[id: string]>('DELETE FROM deny_assignments WHERE id = ?');

  /** Role definitions are few, and the same object each time, so that it is made ready once. */
  const roles = new Map<string, RoleDefinition | undefined>();
  const roleOf = (id: string): RoleDefinition | undefined => {
    if (roles.has(id)) return roles.get(id);
    const row = definition.get(id);
    const role: RoleDefinition | undefined = row && JSON.parse(row.body);
    if (!db.inTransaction) roles.set(id, role); // what is read in one may yet be rolled back
    return role;
  };
  const cached = cachedAssignments({
    assignmentsOf: (principal) =>
      find.all(principal).flatMap(({ roleDefinitionId, condition, ...assignment }): RoleAssignment[] => {
        const role = roleOf(roleDefinitionId);
        return role ? [{ ...assignment, role, condition: condition ?? undefined }] : [];
      }),
    denyAssignments: () => denials.all().map(({ body }): DenyAssignment => JSON.parse(body)),
    mayKeep: () => !db.inTransaction,
  });
  const forget = () => {
    roles.clear();
    cached.forget();
  };

  return {
    ofPrincipals: cached.ofPrincipals,
    apply: ({ kind, id, value }) => {
      if (kind === 'roleDefinition') {
        if (value) putDefinition.run(id.toLowerCase(), JSON.stringify(value));
        else dropDefinition.run(id.toLowerCase());
      } else if (kind === 'roleAssignment') {
        if (value) putAssignment.run(rowOf(id, value));
        else dropAssignment.run(id);
      } else if (kind === 'denyAssignment') {
        if (value) putDenial.run(id, JSON.stringify(value));
        else dropDenial.run(id);
      } else return;
      forget();
    },
    clear: () => {
      db.exec('DELETE FROM role_assignments; DELETE FROM role_definitions; DELETE FROM deny_assignments;');
      forget();
    },
  };
}

const rowOf = (id: string, { principalId, scope, roleDefinitionId, condition }: ResourceOf<'roleAssignment'>): Row => ({
  id,
  principalId: principalId.toLowerCase(),
  scope,
  roleDefinitionId: roleDefinitionId.toLowerCase(),
  condition: condition ?? null,
});
