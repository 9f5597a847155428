import type { Change } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { Machines, VirtualMachine } from '../domain/virtual-machine.ts';

export type MachineStore = Machines & {
  /** Applies a change of a virtual machine; other kinds are ignored. Call inside a transaction. */
  apply(change: Change): void;
  clear(): void;
};

/** Virtual machines in SQLite. They are few and asked for with every request, so they are also kept in memory. */
export function sqliteMachines(db: Database): MachineStore {
  const all = db.prepare<[], { body: string }>('SELECT body FROM virtual_machines ORDER BY id');
  const put = db.prepare<[id: string, body: string]>(
    'INSERT OR REPLACE INTO virtual_machines (id, body) VALUES (?, ?)',
  );
  const drop = db.prepare<[id: string]>('DELETE FROM virtual_machines WHERE id = ?');
  const dropAll = db.prepare('DELETE FROM virtual_machines');
  let known: readonly VirtualMachine[] | undefined;
  return {
    all: () => {
      known ??= all.all().map(({ body }): VirtualMachine => JSON.parse(body));
      return known;
    },
    apply: ({ kind, id, value }) => {
      if (kind !== 'virtualMachine') return;
      known = undefined;
      if (value) put.run(id.toLowerCase(), JSON.stringify(value));
      else drop.run(id.toLowerCase());
    },
    clear: () => {
      known = undefined;
      dropAll.run();
    },
  };
}
