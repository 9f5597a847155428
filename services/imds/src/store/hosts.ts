import type { Change } from '@lab/shared/feed/resources.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { Host, Site } from '../domain/host.ts';
import type { Machines, VirtualMachine } from '../domain/virtual-machine.ts';

/** What is known of virtual machines and sites: what `arm` last said. A process has one of the two kinds, see `config.ts`. */
export type HostStore = {
  all(): readonly Host[];
  readonly machines: Machines;
  readonly sites: { all(): readonly Site[] };
  /** Applies a change of a host; other kinds are ignored. Call inside a transaction. */
  apply(change: Change): void;
  clear(): void;
};

type Row = { kind: 'virtualMachine' | 'site'; body: string };

/** Hosts in SQLite. They are few and asked for with every request, so they are also kept in memory. */
export function sqliteHosts(db: Database): HostStore {
  const select = db.prepare<[], Row>('SELECT kind, body FROM hosts ORDER BY id');
  const put = db.prepare<[id: string, kind: string, body: string]>(
    'INSERT OR REPLACE INTO hosts (id, kind, body) VALUES (?, ?, ?)',
  );
  const drop = db.prepare<[id: string]>('DELETE FROM hosts WHERE id = ?');
  const dropAll = db.prepare('DELETE FROM hosts');
  const find = db.prepare<[id: string], Row>('SELECT kind, body FROM hosts WHERE id = ?');
  const selectFormer = db.prepare<[], Pick<Row, 'body'>>('SELECT body FROM former_machines ORDER BY source_address');
  const putFormer = db.prepare<[address: string, body: string]>('INSERT OR REPLACE INTO former_machines VALUES (?, ?)');
  const dropAllFormer = db.prepare('DELETE FROM former_machines');
  let known:
    | {
        readonly machines: readonly VirtualMachine[];
        readonly former: readonly VirtualMachine[];
        readonly sites: readonly Site[];
      }
    | undefined;
  /** Before a machine changes: the address that it may lose. */
  const leaveAddress = (id: string) => {
    const row = find.get(id);
    if (row?.kind !== 'virtualMachine') return;
    const machine: VirtualMachine = JSON.parse(row.body);
    if (machine.sourceAddress === undefined) return;
    putFormer.run(machine.sourceAddress, JSON.stringify({ ...machine, identities: [] }));
  };
  const read = () => {
    const rows = select.all();
    const of = <T>(kind: Row['kind']) => rows.filter((row) => row.kind === kind).map(({ body }): T => JSON.parse(body));
    const machines = of<VirtualMachine>('virtualMachine');
    const taken = new Set(machines.map(({ sourceAddress }) => sourceAddress));
    const former = selectFormer.all().map(({ body }): VirtualMachine => JSON.parse(body));
    return {
      machines,
      former: former.filter(({ sourceAddress }) => !taken.has(sourceAddress)),
      sites: of<Site>('site'),
    };
  };
  const hosts = () => {
    known ??= read();
    return known;
  };
  return {
    all: () => [...hosts().machines, ...hosts().sites],
    machines: { all: () => hosts().machines, former: () => hosts().former },
    sites: { all: () => hosts().sites },
    apply: ({ kind, id, value }) => {
      if (kind !== 'virtualMachine' && kind !== 'site') return;
      known = undefined;
      leaveAddress(id.toLowerCase());
      if (value) put.run(id.toLowerCase(), kind, JSON.stringify(value));
      else drop.run(id.toLowerCase());
    },
    clear: () => {
      known = undefined;
      dropAll.run();
      dropAllFormer.run();
    },
  };
}
