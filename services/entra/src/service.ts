import { join } from 'node:path';
import { labClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlListeners } from '@lab/shared/fabric/control-app.ts';
import { resourceRoutes } from '@lab/shared/fabric/resource-routes.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import { snapshotRoutes } from '@lab/shared/feed/snapshot-routes.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { fabricApp, graphOnlyApp, type Parts, publicApp } from './apps.ts';
import type { EntraConfig } from './config.ts';
import { entraFaults } from './domain/faults.ts';
import { openKeyRing } from './domain/key-ring.ts';
import { pauses } from './domain/pause.ts';
import { fetchDocumentTrusting } from './federation/fetch-document.ts';
import { issuerKeys, ownIssuers } from './federation/issuer-keys.ts';
import { GRAPH_HOST } from './graph/app.ts';
import { GRAPH_OPERATIONS } from './graph/faults.ts';
import { applyPages, OWN_TABLES } from './store/apply-pages.ts';
import { sqliteDirectory } from './store/directory.ts';
import { sqliteRegistrations } from './store/registrations.ts';
import { shownApplications } from './store/shown-applications.ts';
import { sqliteSigningKeys } from './store/signing-keys.ts';
import { malformedRequest } from './wire.ts';

/** How often the age of the current key is looked at; requests look at it as well. */
const ROTATION_CHECK_MS = 3_600_000;

/** The port of `graph` is there only where a listener of its own was asked for. */
export type EntraService = RunningService<'public' | 'fabric' | 'health'> & {
  readonly ports: { readonly graph?: number };
};

export async function startEntra(config: EntraConfig, log: Log): Promise<EntraService> {
  const { tls, control } = config;
  const db = openDatabase(config.databasePath, join(import.meta.dirname, 'store/migrations'));
  const clock = labClock(db, config.clock);
  const directory = sqliteDirectory(db, log);
  const registrations = sqliteRegistrations(db);
  const cursor = sqliteCursor(db);
  // Before any port is open: whoever reaches Entra finds a key to verify with.
  const keys = await openKeyRing({ store: sqliteSigningKeys(db), clock, log });
  const rotationTimer = setInterval(keys.rotateIfDue, ROTATION_CHECK_MS);
  rotationTimer.unref();

  const fetchDocument = fetchDocumentTrusting(tls.publicCa, { loopbackPort: config.issuersPort });
  const ownIssuer = ownIssuers(directory.findTenant);
  const issuers = issuerKeys({ fetchDocument, ownKey: keys.findPublic, ownIssuer, log });
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const apply = applyPages(db, [directory, registrations], cursor);
  const follower = followFeed({
    fabric,
    cursor: cursor.get(),
    apply: async (page, options) => {
      const isMoved = clock.follow(page, options);
      apply(page, options);
      if (!isMoved) return;
      keys.rotateIfDue();
      await keys.settled();
    },
    log,
  });
  const health = () => (follower.isSynced() ? { ready: true } : { ready: false, detail: 'waiting for arm' });

  let publicPort = config.publicListen.port;
  let graphPort = config.graphListen?.port ?? 443;
  const origin = config.authorityOrigin;
  const graphOrigin = config.graphOrigin ?? `https://${GRAPH_HOST}`;
  const parts: Parts = {
    directory,
    registrations,
    keys,
    issuerKeys: issuers,
    ownIssuer,
    authorityOrigin: () => (typeof origin === 'string' ? origin : origin(publicPort)),
    graphOrigin: () => (typeof graphOrigin === 'string' ? graphOrigin : graphOrigin(graphPort)),
    isSynced: follower.isSynced,
    pause: pauses(),
    epoch: () => cursor.get()?.epoch,
    clock,
    events: recentEvents('entra'),
    faults: entraFaults(GRAPH_OPERATIONS),
    log,
  };
  const close = async () => {
    clearInterval(rotationTimer);
    const followed = follower.close(); // first, so that the end of the long poll is no failure of arm's
    await fabric.close();
    issuers.close();
    await fetchDocument.close();
    await followed;
    await keys.settled();
    db.close();
  };
  const secured = { tls: { keyPair: tls.publicKeyPair }, malformed: malformedRequest(clock) };
  const state = snapshotRoutes({ db, tables: tablesOf(db, OWN_TABLES) }).use(resourceRoutes(shownApplications(db)));
  const listeners = {
    public: { app: publicApp(parts), address: config.publicListen, ...secured },
    ...controlListeners(config, { app: fabricApp(parts, { state, health }), health }),
  };
  const graph = config.graphListen && { app: graphOnlyApp(parts), address: config.graphListen, ...secured };
  const running: EntraService = await (graph ? listenAll({ ...listeners, graph }, close) : listenAll(listeners, close));
  publicPort = running.ports.public;
  graphPort = running.ports.graph ?? graphPort;
  return running;
}
