import type { Change } from '../feed/resources.ts';
import type { RoleAssignment } from '../rbac/decide-access.ts';
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

type Row = { id: string; principalId: string; scope: string; role: string };

/**
 * Role definitions and role assignments in the data plane's own SQLite file. An assignment whose role definition is
 * unknown grants nothing, and comes into force when the definition arrives.
 */
export function sqliteAssignments(db: Database): AssignmentsStore {
  db.exec(`
    CREATE TABLE IF NOT EXISTS role_definitions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS role_assignments (
      id TEXT PRIMARY KEY, principal_id TEXT NOT NULL, scope TEXT NOT NULL, role_definition_id TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS role_assignments_by_principal ON role_assignments (principal_id);
  `);
  const find = db.prepare<[principalId: string], Row>(`
    SELECT a.id, a.principal_id AS principalId, a.scope, d.body AS role
      FROM role_assignments a JOIN role_definitions d ON d.id = a.role_definition_id
     WHERE a.principal_id = ? ORDER BY a.rowid`);
  const putDefinition = db.prepare<[id: string, body: string]>('INSERT OR REPLACE INTO role_definitions VALUES (?, ?)');
  const dropDefinition = db.prepare<[id: string]>('DELETE FROM role_definitions WHERE id = ?');
  const putAssignment = db.prepare<[id: string, principalId: string, scope: string, roleDefinitionId: string]>(
    'INSERT OR REPLACE INTO role_assignments VALUES (?, ?, ?, ?)',
  );
  const dropAssignment = db.prepare<[id: string]>('DELETE FROM role_assignments WHERE id = ?');
  return {
    ofPrincipals: (principalIds) =>
      [...new Set(principalIds.map((id) => id.toLowerCase()))].flatMap((id) =>
        find.all(id).map((row) => ({ ...row, role: JSON.parse(row.role) })),
      ),
    apply: ({ kind, id, value }) => {
      if (kind === 'roleDefinition') {
        if (value) putDefinition.run(id, JSON.stringify(value));
        else dropDefinition.run(id);
      }
      if (kind === 'roleAssignment') {
        if (value) putAssignment.run(id, value.principalId.toLowerCase(), value.scope, value.roleDefinitionId);
        else dropAssignment.run(id);
      }
    },
    clear: () => {
      db.exec('DELETE FROM role_assignments; DELETE FROM role_definitions;');
    },
  };
}
