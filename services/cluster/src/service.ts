import { join } from 'node:path';
import { labClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlListeners, type Health } from '@lab/shared/fabric/control-app.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { fabricApp, type Parts, publicApp } from './apps.ts';
import type { Config } from './config.ts';
import { kubelet } from './kubelet.ts';
import { sqliteSigningKeys } from './store/signing-keys.ts';
import { tokenFiles } from './store/token-files.ts';
import { malformed } from './wire.ts';

/** How often the lab file and the age of tokens are looked at. */
const LOOK_MS = 1_000;

/** Starts what Entra and pods see of Kubernetes clusters: their OIDC issuers, and tokens of service accounts in files. */
export async function startCluster(config: Config, log: Log): Promise<RunningService<'public' | 'fabric' | 'health'>> {
  const { control, tls, testRoutes } = config;
  const db = openDatabase(config.databasePath, join(import.meta.dirname, 'store/migrations'));
  const clock = labClock(db, config.clock);
  const cursor = sqliteCursor(db);
  const keys = sqliteSigningKeys(db);
  const files = tokenFiles(config.tokensDirectory);
  const nodes = kubelet({ read: config.clusters, keys, files, clock, log });

  let failing: string | undefined;
  const look = () =>
    nodes.look().then(
      () => {
        failing = undefined;
      },
      (error: unknown) => {
        if (failing === undefined) log.warn({ reason: String(error) }, 'the pods cannot be looked after; retrying');
        failing = 'the description of the clusters or the directory of tokens cannot be used';
      },
    );
  await look();
  const timer = setInterval(look, LOOK_MS);
  timer.unref();

  // Nothing but the clock: without `arm` it goes as it did last, and pods have their tokens.
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const follower = followFeed({
    fabric,
    cursor: cursor.get(),
    apply: async (page, options) => {
      const isMoved = clock.follow(page, options);
      cursor.set(page);
      if (isMoved) await look();
    },
    log,
  });

  const health = (): Health => {
    if (failing !== undefined) return { ready: false, detail: failing };
    const { pods, projected } = nodes.progress() ?? { pods: 0, projected: 0 };
    if (pods === 0) return { ready: false, detail: 'the lab file declares no service account of a cluster' };
    return projected === pods
      ? { ready: true }
      : { ready: false, detail: `${pods - projected} pods have no token yet` };
  };

  const parts: Parts = { nodes, keys, clock, events: recentEvents('cluster'), log };
  return listenAll(
    {
      public: {
        app: publicApp(parts),
        address: config.publicListen,
        tls: { keyPair: tls.publicKeyPair },
        malformed,
      },
      ...controlListeners(config, { app: fabricApp(parts, { health, testRoutes }), health }),
    },
    async () => {
      clearInterval(timer);
      const followed = follower.close(); // first, so that the end of the long poll is no failure of arm's
      await fabric.close();
      await followed;
      await nodes.settled();
      db.close();
    },
  );
}
