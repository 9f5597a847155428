import { join } from 'node:path';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlApp, type Health, healthApp } from '@lab/shared/fabric/control-app.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import type { FeedPage } from '@lab/shared/feed/resources.ts';
import { type ListenAddress, listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { Agent } from 'undici';
import { appServiceApp, vmApp } from './apps.ts';
import type { Config } from './config.ts';
import { clientAssertion } from './domain/assertion.ts';
import { signingKey } from './domain/identity-key.ts';
import { tokenCache } from './domain/token-cache.ts';
import { clientIdsOf } from './domain/virtual-machine.ts';
import { tokensFrom } from './routes/tokens.ts';
import { sqliteIdentityKeys } from './store/identity-keys.ts';
import { sqliteMachines } from './store/machines.ts';
import { handOverTo, keepCertificates } from './upstream/certificates.ts';
import { entraTokens, type SignAssertion } from './upstream/entra.ts';
import { malformed, malformedAppService } from './wire.ts';

/** `ports.appService` is there when the configuration asks for it. */
export type ImdsService = RunningService<'vm' | 'fabric' | 'health'> & {
  readonly ports: { readonly appService?: number };
};

const LOOPBACK: ListenAddress = { host: '127.0.0.1', port: 0 };

/** Starts IMDS: its three listeners, the App Service protocol where configured, and what it follows of `arm`. */
export async function startImds(config: Config, log: Log): Promise<ImdsService> {
  const { tls, control, clock, authorityOrigin, appService } = config;
  const db = openDatabase(config.databasePath, join(import.meta.dirname, 'store/migrations'));
  const machines = sqliteMachines(db);
  const keys = sqliteIdentityKeys(db);
  const cursor = sqliteCursor(db);
  const epoch = () => cursor.get()?.epoch;
  const clientIds = () => clientIdsOf(machines.all());
  const events = recentEvents('imds');

  const keyOf = (clientId: string) => signingKey(keys.of(clientId), epoch() ?? '', clock.now());
  const signAssertion: SignAssertion = (clientId, claims) => {
    const key = keyOf(clientId);
    return key && clientAssertion(key, claims, clock.now());
  };
  const dispatcher = new Agent({ connect: { ca: tls.publicCa, timeout: 2_000 }, connections: 32 });
  const cache = tokenCache(clock);
  const tokens = tokensFrom(cache, entraTokens({ authorityOrigin, signAssertion, dispatcher }), log);

  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const certificates = keepCertificates({ clientIds, keys, epoch, handOver: handOverTo(fabric), clock, log });
  const store = db.transaction(({ epoch, revision, changes }: FeedPage, fresh: boolean) => {
    if (fresh) machines.clear();
    for (const change of changes) machines.apply(change);
    keys.keepOnly(clientIds());
    cursor.set({ epoch, revision });
  });
  const apply = (page: FeedPage, { fresh }: { fresh: boolean }) => {
    store(page, fresh);
    if (fresh) cache.clear();
    else cache.keepOnly(clientIds());
    certificates.wake();
  };
  const follower = followFeed({ fabric, cursor: cursor.get(), apply, log });

  const health = (): Health => {
    if (!follower.isSynced()) return { ready: false, detail: 'arm has not said yet what the lab contains' };
    const waiting = clientIds().filter((clientId) => !keyOf(clientId)).length;
    return waiting === 0 ? { ready: true } : { ready: false, detail: `${waiting} certificates are not confirmed yet` };
  };
  const closeOwn = async () => {
    // The feed's long poll ends with the fabric client; the follower has to know before that it is meant.
    const stopped = Promise.all([follower.close(), certificates.close()]);
    await fabric.close();
    await Promise.all([stopped, dispatcher.destroy()]);
    db.close();
  };

  const isSynced = () => follower.isSynced();
  const vm = vmApp({ machines, isSynced, tokens, events, clock, log });
  const listeners = {
    vm: { app: vm, address: config.vmListen, malformed },
    fabric: {
      app: controlApp({ events, health, log }),
      address: control.fabric,
      tls: { keyPair: tls.fabricKeyPair, clientCa: tls.fabricCa },
    },
    health: { app: healthApp(health), address: control.health },
  };
  if (!appService) return listenAll(listeners, closeOwn);
  const app = appServiceApp({ endpoints: appService.endpoints, machines, tokens, events, log });
  const appServiceListener = { app, address: appService.listen ?? LOOPBACK, malformed: malformedAppService };
  return listenAll({ ...listeners, appService: appServiceListener }, closeOwn);
}
