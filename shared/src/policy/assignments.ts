import type { Change, ResourceOf } from '../feed/resources.ts';
import type { RoleAssignment, RoleDefinition } from '../rbac/decide-access.ts';
import type { Database } from '../sqlite.ts';

/** The role assignments a data plane decides by: what `arm` last said, found by principal. */
export type Assignments = {
  /** Those of these principals only, oldest first. */
  ofPrincipals(principalIds: readonly string[]): readonly RoleAssignment[];
};

export type AssignmentsStore = Assignments & {
  /** Applies a change of a role definition or role assignment; other kinds are ignored. Call inside a transaction. */
  apply(change: Change): void;
  /** Forgets all of them: `arm` begins a new epoch. */
  clear(): void;
};

type Row = { id: string; principalId: string; scope: string; roleDefinitionId: string };

/**
 * Role definitions and role assignments in the data plane's own SQLite file. An assignment whose role definition is
 * unknown grants nothing, and comes into force when the definition arrives. GUIDs are kept in lower case.
 */
export function sqliteAssignments(db: Database): AssignmentsStore {
  db.exec(`
    CREATE TABLE IF NOT EXISTS role_definitions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS role_assignments (
      id TEXT PRIMARY KEY, principal_id TEXT NOT NULL, scope TEXT NOT NULL, role_definition_id TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS role_assignments_by_principal ON role_assignments (principal_id);
  `);
  const find = db.prepare<[principalId: string], Row>(`
    SELECT id, principal_id AS principalId, scope, role_definition_id AS roleDefinitionId
      FROM role_assignments WHERE principal_id = ? ORDER BY rowid`);
  const definition = db.prepare<[id: string], { body: string }>('SELECT body FROM role_definitions WHERE id = ?');
  const putDefinition = db.prepare<[id: string, body: string]>('INSERT OR REPLACE INTO role_definitions VALUES (?, ?)');
  const dropDefinition = db.prepare<[id: string]>('DELETE FROM role_definitions WHERE id = ?');
  const putAssignment = db.prepare<[id: string, principalId: string, scope: string, roleDefinitionId: string]>(
    'INSERT OR REPLACE INTO role_assignments VALUES (?, ?, ?, ?)',
  );
  const dropAssignment = db.prepare<[id: string]>('DELETE FROM role_assignments WHERE id = ?');

  /** Role definitions are few, and asked for with every request. Forgotten as soon as one of them changes. */
  const roles = new Map<string, RoleDefinition | undefined>();
  const roleOf = (id: string): RoleDefinition | undefined => {
    if (roles.has(id)) return roles.get(id);
    const row = definition.get(id);
    const role: RoleDefinition | undefined = row && JSON.parse(row.body);
    if (!db.inTransaction) roles.set(id, role); // what is read in one may yet be rolled back
    return role;
  };

  return {
    ofPrincipals: (principalIds) =>
      [...new Set(principalIds.map((id) => id.toLowerCase()))].flatMap((principal) =>
        find.all(principal).flatMap(({ id, principalId, scope, roleDefinitionId }) => {
          const role = roleOf(roleDefinitionId);
          return role ? [{ id, principalId, scope, role }] : [];
        }),
      ),
    apply: ({ kind, id, value }) => {
      if (kind === 'roleDefinition') {
        roles.clear();
        if (value) putDefinition.run(id.toLowerCase(), JSON.stringify(value));
        else dropDefinition.run(id.toLowerCase());
      }
      if (kind === 'roleAssignment') {
        if (value) putAssignment.run(id, ...columnsOf(value));
        else dropAssignment.run(id);
      }
    },
    clear: () => {
      roles.clear();
      db.exec('DELETE FROM role_assignments; DELETE FROM role_definitions;');
    },
  };
}

const columnsOf = ({ principalId, scope, roleDefinitionId }: ResourceOf<'roleAssignment'>) =>
  [principalId.toLowerCase(), scope, roleDefinitionId.toLowerCase()] as const;
