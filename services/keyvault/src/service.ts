import { labClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlApp, controlListeners } from '@lab/shared/fabric/control-app.ts';
import { resourceRoutes } from '@lab/shared/fabric/resource-routes.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import { ownLife } from '@lab/shared/feed/own-life.ts';
import { snapshotRoutes } from '@lab/shared/feed/snapshot-routes.ts';
import type { App } from '@lab/shared/http/connections.ts';
import { type ListenAddress, type Listener, listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import { listenersByName } from '@lab/shared/http/listeners-by-name.ts';
import type { Log } from '@lab/shared/log.ts';
import { sqliteAssignments } from '@lab/shared/policy/assignments.ts';
import { tablesOf } from '@lab/shared/tables.ts';
import { fetchKeySetTrusting } from '@lab/shared/tokens/fetch-key-set.ts';
import { remoteKeys } from '@lab/shared/tokens/jwks.ts';
import { tokenReportRoutes } from '@lab/shared/tokens/token-reports.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { publicApp } from './apps.ts';
import type { Config } from './config.ts';
import { rbac } from './domain/authorize.ts';
import { keyvaultFaults } from './domain/faults.ts';
import { tokenReports } from './domain/report-token.ts';
import { unavailable } from './domain/unavailable.ts';
import { OWN_TABLES, pageApplier } from './store/apply-page.ts';
import { openKeyvaultDatabase } from './store/database.ts';
import { sqliteSecrets } from './store/secrets.ts';
import { shownSecrets } from './store/shown-secrets.ts';
import { sqliteVaults } from './store/vaults.ts';
import { malformed } from './wire.ts';

export type KeyvaultService = RunningService<'public' | 'fabric' | 'health'> & {
  /** Where each vault is reached, by its name; none unless the configuration asks for it. */
  vaultPorts(): ReadonlyMap<string, number>;
};

/** The Key Vault data plane: all vaults that `arm` declares, in one process, told apart by host name. */
export async function startKeyvault(config: Config, log: Log): Promise<KeyvaultService> {
  const { control, tls, authorityOrigin, jwksOrigin = authorityOrigin } = config;
  const db = openKeyvaultDatabase(config.databasePath);
  const clock = labClock(db, config.clock);
  const vaults = sqliteVaults(db);
  const secrets = sqliteSecrets(db);
  const assignments = sqliteAssignments(db);
  const cursor = sqliteCursor(db);
  const events = recentEvents('keyvault');
  const faults = keyvaultFaults();

  const fetchKeySet = fetchKeySetTrusting(tls.publicCa, 'keyvault');
  const keys = remoteKeys({ url: `${jwksOrigin}/common/discovery/keys`, fetchKeySet, log });
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const apply = pageApplier({ db, vaults, secrets, assignments, cursor, clock, log });
  // Filled below, where a vault gets a port.
  const vaultHosts: Record<string, string> = { ...config.vaultHostOverrides };
  const life = ownLife(
    () => cursor.get()?.epoch,
    () => unavailable('another life of the lab has begun'),
  );
  const listener = (address: ListenAddress): Listener => ({
    app: (req, res, unanswered) => life.enter(() => app(req, res, unanswered)),
    address,
    tls: { keyPair: tls.publicKeyPair },
    malformed,
  });
  const ownPorts =
    config.vaultListen &&
    listenersByName(
      () => listener(config.vaultListen as ListenAddress),
      (name, port) => {
        for (const host of ['localhost', '127.0.0.1']) vaultHosts[`${host}:${port}`] = name;
      },
    );
  const keepPorts = () => ownPorts?.keepFor(vaults.names());
  const follower = followFeed({
    fabric,
    cursor: cursor.get(),
    apply: async (page, options) => {
      if (clock.follow(page, options)) keys.expire();
      apply(page, options);
      await keepPorts();
    },
    log,
  });
  const decide = rbac(assignments, clock);
  const reportsOn = tokenReports({
    vaults: () => vaults.names().flatMap((name) => vaults.findByName(name) ?? []),
    verifyToken: tokenVerifier({ keyFor: keys.look, clock }),
    decide,
  });
  const health = () => (follower.isSynced() ? { ready: true } : { ready: false, detail: 'arm was never reached' });

  const app: App = publicApp({
    authorityOrigin,
    vaultHosts,
    vaults,
    isSynced: () => follower.isSynced(),
    secrets: life.guard(secrets),
    verifyToken: tokenVerifier({ keyFor: keys.keyFor, clock }),
    decide,
    events,
    faults,
    clock,
    log,
  });
  const running = await listenAll(
    {
      public: listener(config.publicListen),
      ...controlListeners(config, {
        app: controlApp({
          routes: snapshotRoutes({ db, tables: tablesOf(db, OWN_TABLES) }).use(
            resourceRoutes(shownSecrets(db, vaults)),
            tokenReportRoutes(reportsOn),
          ),
          events,
          faults,
          health,
          log,
        }),
        health,
      }),
    },
    async () => {
      const followed = follower.close(); // first, so that the long poll that ends with the client is no failure
      await fabric.close();
      await followed;
      await ownPorts?.close();
      keys.close();
      await fetchKeySet.close();
      db.close();
    },
  );
  await keepPorts(); // of vaults that an earlier life has heard of
  return { ...running, vaultPorts: () => ownPorts?.ports() ?? new Map() };
}
