import { labClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlApp, controlListeners, type Health } from '@lab/shared/fabric/control-app.ts';
import { resourceRoutes } from '@lab/shared/fabric/resource-routes.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import { ownLife } from '@lab/shared/feed/own-life.ts';
import { snapshotRoutes } from '@lab/shared/feed/snapshot-routes.ts';
import type { App } from '@lab/shared/http/connections.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { fetchKeySetTrusting } from '@lab/shared/tokens/fetch-key-set.ts';
import { remoteKeys } from '@lab/shared/tokens/jwks.ts';
import { tokenReportRoutes } from '@lab/shared/tokens/token-reports.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { publicApp } from './apps.ts';
import type { Config } from './config.ts';
import { UNCOMMITTED_LIFETIME } from './domain/block.ts';
import { refuse } from './domain/failures.ts';
import { blobFaults } from './domain/faults.ts';
import { tokenReports } from './domain/report-token.ts';
import { authenticator } from './routes/authenticate.ts';
import { locator } from './routes/locate.ts';
import { sqliteAccounts } from './store/accounts.ts';
import { sqliteBlobs } from './store/blobs.ts';
import { sqliteBlocks } from './store/blocks.ts';
import { sqliteContainers } from './store/containers.ts';
import { directoryContent } from './store/content.ts';
import { openBlobDatabase } from './store/database.ts';
import { feedApplier, OWN_TABLES } from './store/feed.ts';
import { keptContent } from './store/kept-content.ts';
import { shownBlobs } from './store/shown-blobs.ts';
import { malformed } from './wire/errors.ts';

export type BlobService = RunningService<'public' | 'fabric' | 'health'> & {
  /** Names of the storage accounts. */
  accounts(): readonly string[];
};

/** Blob Storage of every account of the lab: data plane, control API on the fabric, health. */
export async function startBlob(config: Config, log: Log): Promise<BlobService> {
  const { control, tls, pathStyle, authorityOrigin } = config;
  const db = openBlobDatabase(config.databasePath);
  const clock = labClock(db, config.clock);
  const accounts = sqliteAccounts(db);
  const assignments = sqliteAssignments(db);
  const cursor = sqliteCursor(db);
  const containers = sqliteContainers(db);
  const blobs = sqliteBlobs(db);
  const blocks = sqliteBlocks(db);
  const tables = tablesOf(db, OWN_TABLES);
  const content = keptContent(directoryContent(config.contentDirectory, log), tables, blocks);
  const removeOldBlocks = () => blocks.removeOlderThan(clock.now() - UNCOMMITTED_LIFETIME);
  removeOldBlocks();
  content.sweep(blocks.allFiles());

  const fetchKeySet = fetchKeySetTrusting(tls.publicCa, 'blob');
  const url = `${authorityOrigin}/common/discovery/keys`;
  const keys = remoteKeys({ url, fetchKeySet, log });
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const apply = feedApplier({
    ...{ db, accounts, assignments, cursor, containers, blobs, content, clock },
    takeOver: (page, options) => {
      if (!clock.follow(page, options)) return;
      keys.expire();
      content.discard(removeOldBlocks());
    },
  });
  const follower = followFeed({
    fabric,
    cursor: cursor.get(),
    apply,
    log,
  });
  const isSynced = () => follower.isSynced();
  const health = (): Health =>
    isSynced() ? { ready: true } : { ready: false, detail: 'arm has not said yet which accounts there are' };

  const verifyToken = tokenVerifier({ keyFor: keys.keyFor, clock });

  const events = recentEvents('blob');
  const faults = blobFaults();
  const life = ownLife(
    () => cursor.get()?.epoch,
    () => refuse('ServerBusy'),
  );
  const app: App = publicApp({
    locate: locator({ accounts, pathStyle, isSynced }),
    authenticate: authenticator({ verifyToken, authorityOrigin }),
    assignments,
    storage: {
      containers: life.guard(containers),
      blobs: life.guard(blobs),
      blocks: life.guard(blocks),
      content,
    },
    events,
    faults,
    clock,
    log,
  });
  const reportsOn = tokenReports({
    accounts: () => accounts.names().flatMap((name) => accounts.findByName(name) ?? []),
    verifyToken: tokenVerifier({ keyFor: keys.look, clock }),
    assignments,
    clock,
  });
  const routes = snapshotRoutes({ db, tables, onForgotten: content.reconsider }).use(
    resourceRoutes(shownBlobs(db, accounts)),
    tokenReportRoutes(reportsOn),
  );
  const running = await listenAll(
    {
      public: {
        app: (req, res, unanswered) => life.enter(() => app(req, res, unanswered)),
        address: config.publicListen,
        tls: { keyPair: tls.publicKeyPair },
        malformed: malformed(clock),
        deferContinue: true,
        longBodies: true,
      },
      ...controlListeners(config, { app: controlApp({ routes, events, faults, health, log }), health }),
    },
    async () => {
      const stopped = follower.close(); // before its poll is cut off, or it would take that for a failure of arm's
      await fabric.close();
      await stopped;
      keys.close();
      await fetchKeySet.close();
      db.close();
    },
  );
  return { ...running, accounts: accounts.names };
}
