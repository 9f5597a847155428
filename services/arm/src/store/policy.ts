import type { Change, Kind, Resource } from '@lab/shared/feed/resources.ts';
import { type AssignmentsStore, sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { Resources } from '../domain/resources.ts';

const POLICY: readonly Kind[] = ['roleDefinition', 'roleAssignment', 'denyAssignment'];
const PAGE = 1_000;

/**
 * What Resource Manager itself decides by: the same tables as a data plane's, kept in the transaction that changes a
 * role definition, a role assignment or a deny assignment. A database from before these tables is read once.
 */
export function withPolicy(resources: Resources, db: Database): { resources: Resources; policy: AssignmentsStore } {
  const policy = sqliteAssignments(db);
  db.exec(
    'CREATE TABLE IF NOT EXISTS policy_cursor (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), revision INTEGER NOT NULL) STRICT',
  );
  const cursor = db.prepare<[], { revision: number }>('SELECT revision FROM policy_cursor');
  const move = db.prepare<[number]>('INSERT OR REPLACE INTO policy_cursor VALUES (1, ?)');
  const catchUp = () => {
    let since = cursor.get()?.revision ?? 0;
    for (;;) {
      const changes = resources.changedSince(since, POLICY, PAGE);
      for (const change of changes) policy.apply(change);
      since = changes.at(-1)?.revision ?? since;
      if (changes.length < PAGE) break;
    }
    move.run(resources.revision());
  };
  const apply = (change: Change) => {
    if (!POLICY.includes(change.kind)) return;
    policy.apply(change);
    move.run(resources.revision());
  };
  const spellingOf = (kind: Kind, id: string): string =>
    POLICY.includes(kind) ? (resources.entry(kind, id)?.id ?? id) : id;
  resources.transaction(catchUp);
  return {
    policy,
    resources: {
      ...resources,
      begin: (begun) =>
        resources.transaction(() => {
          resources.begin(begun);
          policy.clear();
          move.run(0);
          catchUp();
        }),
      put: (resource: Resource) =>
        resources.transaction(() => {
          resources.put(resource);
          apply({ ...resource, id: spellingOf(resource.kind, resource.id) } as Change);
        }),
      remove: (kind, id) =>
        resources.transaction(() => {
          const spelling = spellingOf(kind, id);
          resources.remove(kind, id);
          apply({ kind, id: spelling, value: null } as Change);
        }),
    },
  };
}
