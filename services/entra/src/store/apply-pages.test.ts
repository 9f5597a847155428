import { randomUUID } from 'node:crypto';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import type { Change } from '@lab/shared/feed/resources.ts';
import { silentLog } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { beforeEach, expect, it } from 'vitest';
import { OPERATOR_CHANGE } from '../graph/testing.ts';
import { CONTENT, migrations, TENANT } from '../testing.ts';
import { applyPages, OWN_TABLES } from './apply-pages.ts';
import { sqliteDirectory } from './directory.ts';
import { sqliteRegistrations } from './registrations.ts';

const SNAPSHOT = randomUUID();
let lab: ReturnType<typeof open>;
beforeEach(() => {
  lab = open();
  lab.begin(undefined, ...CONTENT, OPERATOR_CHANGE);
});

function open() {
  const db = openDatabase(':memory:', migrations);
  const registrations = sqliteRegistrations(db);
  const apply = applyPages(db, [sqliteDirectory(db, silentLog), registrations], sqliteCursor(db));
  const begin = (begun: FeedPage['begun'], ...changes: Change[]) =>
    apply({ epoch: randomUUID(), revision: 1, begun, changes }, { fresh: true });
  const names = () => registrations.applicationsOf(TENANT.tenantId).map(({ displayName }) => displayName);
  return { db, registrations, begin, names, tables: tablesOf(db, OWN_TABLES) };
}

/** As Graph makes one. */
const register = (displayName: string) =>
  lab.registrations.putApplication({
    ...{ objectId: randomUUID(), clientId: randomUUID(), tenantId: TENANT.tenantId, displayName },
    ...{ identifierUris: [], appRoles: [], requestedAccessTokenVersion: null, properties: {}, createdAt: 1 },
  });

it('has after a reset the applications that the lab declares, and none that Graph made', () => {
  register('made');
  lab.begin({ by: 'reset' }, ...CONTENT, OPERATOR_CHANGE);
  expect(lab.names()).toEqual(['operator']);
});

it('has after a snapshot those of then, the declared ones as they were', () => {
  register('made');
  const before = lab.names().sort();
  lab.tables.copy(SNAPSHOT, []);
  register('later');
  lab.begin({ by: 'snapshot', id: SNAPSHOT }, ...CONTENT);
  expect(lab.names().sort()).toEqual(before);
});

it('keeps what Graph made in a new epoch of neither kind', () => {
  register('made');
  lab.begin(undefined, ...CONTENT);
  expect(lab.names()).toEqual(['made']);
});

it('forgets and copies every table but those that are followed, or are keys', () => {
  const all = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  const others = [
    'tenants',
    'service_principals',
    'certificates',
    'federated_credentials',
    'signing_keys',
    'feed_cursor',
  ];
  expect(lab.db.prepare(all).pluck().all().sort()).toEqual([...OWN_TABLES, ...others].sort());
});
