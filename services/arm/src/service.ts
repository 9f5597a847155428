import { labClock } from '@lab/shared/clock.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlApp, controlListeners } from '@lab/shared/fabric/control-app.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { fetchKeySetTrusting } from '@lab/shared/tokens/fetch-key-set.ts';
import { remoteKeys } from '@lab/shared/tokens/jwks.ts';
import { tokenReportRoutes } from '@lab/shared/tokens/token-reports.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { publicApp } from './apps.ts';
import { composeParts } from './compose.ts';
import type { Config } from './config.ts';
import { applyBuiltInRoles, applyLab } from './domain/apply-lab.ts';
import { tokenReports } from './domain/authenticate.ts';
import { livesOf } from './domain/lives.ts';
import { accessRoutes } from './routes/access.ts';
import { clockRoutes } from './routes/clock.ts';
import { feedRoutes } from './routes/feed.ts';
import { groupRoutes } from './routes/groups.ts';
import { labRoutes } from './routes/lab.ts';
import { lifeRoutes } from './routes/lives.ts';
import { openArmDatabase } from './store/database.ts';
import { sqliteSnapshots } from './store/snapshots.ts';

/** Azure Resource Manager: owns what the lab contains, and tells the other services. */
export async function startArm(config: Config, log: Log): Promise<RunningService<'public' | 'fabric' | 'health'>> {
  const { authorityOrigin, tls, control, lab } = config;
  const db = openArmDatabase(config.databasePath);
  const clock = labClock(db, config.clock);
  const fetchKeySet = fetchKeySetTrusting(tls.publicCa, 'arm');
  const keys = remoteKeys({ url: `${authorityOrigin}/common/discovery/keys`, fetchKeySet, log });
  const verifyToken = tokenVerifier({ keyFor: keys.keyFor, clock });
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const slots = () => lab.slots?.() ?? [];
  const parts = composeParts({ db, fabric, slots, verifyToken, clock, authorityOrigin, log });
  const { resources, turns, write, alone, feed, events, faults } = parts;
  const lives = livesOf({
    ...{ resources, turns, feed, fabric, slots, log },
    snapshots: sqliteSnapshots(db),
    labClock: clock,
    system: config.clock,
    readLab: () => lab.read(),
    onBegun: keys.expire,
  });
  const routes = feedRoutes({ feed, resources }).use(
    clockRoutes({ resources, write, labClock: clock, system: config.clock, onMoved: keys.expire }),
    labRoutes({ resources, write, slots, clock, lab }),
    lifeRoutes(lives),
    groupRoutes({ resources, write, alone, slots, clock, lab }),
    tokenReportRoutes(
      tokenReports(tokenVerifier({ keyFor: keys.look, clock }), () =>
        resources.all('tenant').map(({ tenantId }) => tenantId),
      ),
    ),
    accessRoutes(parts),
  );

  const apply = () => {
    try {
      const applied = applyLab(resources, lab.read(), slots(), clock.now());
      if (applied.changed + applied.removed > 0) log.info(applied, 'applied the lab file');
      feed.changed();
    } catch (error) {
      log.error({ reason: String(error) }, 'the lab file could not be applied; what was applied last stays in force');
    }
  };
  applyBuiltInRoles(resources);
  apply();
  const stopWatching = lab.onChange(apply);
  const health = () =>
    resources.hasAppliedLab() ? { ready: true } : { ready: false, detail: 'no lab file has been applied yet' };

  const app = publicApp(parts);
  const azure = { app, host: 'management.azure.com' };
  return listenAll(
    {
      public: { app, address: config.publicListen, tls: { keyPair: tls.publicKeyPair } },
      ...controlListeners(config, {
        app: controlApp({ routes, azure, events, faults, health, log }),
        health,
      }),
    },
    async () => {
      stopWatching();
      keys.close();
      await fabric.close();
      await fetchKeySet.close();
      db.close();
    },
  );
}
