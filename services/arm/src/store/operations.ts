import type { Database } from '@lab/shared/sqlite.ts';
import type { Operation, Operations } from '../domain/operations.ts';

const DAY = 86_400;

type Row = {
  id: string;
  subscriptionId: string;
  startedBy: string;
  startedAt: number;
  status: 200 | 204;
  body: string;
};

/** Operations in SQLite, so that one that was begun can be asked for after a restart. */
export function sqliteOperations(db: Database): Operations {
  const find = db.prepare<[string], Row>(`
    SELECT id, subscription_id AS subscriptionId, started_by AS startedBy, started_at AS startedAt, status, body
      FROM operations WHERE id = ?`);
  const add = db.prepare<[Row]>(
    'INSERT INTO operations VALUES (@id, @subscriptionId, @startedBy, @startedAt, @status, @body)',
  );
  const forget = db.prepare<[number]>('DELETE FROM operations WHERE started_at < ?');
  return {
    find: (id) => {
      const row = find.get(id.toLowerCase());
      return row && { ...row, body: JSON.parse(row.body) };
    },
    add: (operation: Operation) => {
      forget.run(operation.startedAt - DAY);
      add.run({ ...operation, body: JSON.stringify(operation.body ?? null) });
    },
  };
}
