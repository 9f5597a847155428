import { join } from 'node:path';
import { labClock } from '@lab/shared/clock.ts';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlApp, controlListeners, type Health } from '@lab/shared/fabric/control-app.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import type { FeedPage } from '@lab/shared/feed/feed.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import { type ListenAddress, listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import { listenersByName } from '@lab/shared/http/listeners-by-name.ts';
import { Agent } from '@lab/shared/http/outgoing.ts';
import type { Log } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { appServiceApp, vmApp } from './apps.ts';
import { type Config, partOf, type SecretOf } from './config.ts';
import { clientAssertion } from './domain/assertion.ts';
import { imdsFaults } from './domain/faults.ts';
import { clientIdsOf, holdersOf } from './domain/host.ts';
import { signingKey } from './domain/identity-key.ts';
import { tokenCache } from './domain/token-cache.ts';
import type { Machines } from './domain/virtual-machine.ts';
import { type HeaderHolder, sha256 } from './routes/app-service.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { tokensFrom } from './routes/tokens.ts';
import { type HostStore, sqliteHosts } from './store/hosts.ts';
import { sqliteIdentityKeys } from './store/identity-keys.ts';
import { handOverTo, keepCertificates } from './upstream/certificates.ts';
import { entraTokens, type SignAssertion } from './upstream/entra.ts';
import { malformed, malformedAppService } from './wire.ts';

/** `ports.vm` and `ports.appService` are there when the configuration asks for them. */
export type ImdsService = RunningService<'fabric' | 'health'> & {
  readonly ports: { readonly vm?: number; readonly appService?: number };
  /** Machines, each with the port of its own if the configuration asks for it. */
  machines(): readonly { readonly name: string; readonly resourceId: string; readonly port: number | undefined }[];
  sites(): readonly { readonly name: string }[];
};

/** How long a token request waits for the key of an identity that has just been turned on. */
const NEW_KEY_MS = 4_000;

const LOOPBACK: ListenAddress = { host: '127.0.0.1', port: 0 };

/** Starts IMDS, or its like in App Service: its listeners, and what it follows of `arm`. */
export async function startImds(config: Config, log: Log): Promise<ImdsService> {
  const { tls, control, authorityOrigin, vmListen, machineListen, appService } = config;
  const db = openDatabase(config.databasePath, join(import.meta.dirname, 'store/migrations'));
  const clock = labClock(db, config.clock);
  const hosts = sqliteHosts(db);
  const keys = sqliteIdentityKeys(db);
  const cursor = sqliteCursor(db);
  const epoch = () => cursor.get()?.epoch;
  const clientIds = () => clientIdsOf(hosts.all());
  const events = recentEvents(partOf(config));
  const faults = imdsFaults(partOf(config));

  const dispatcher = new Agent({ connect: { ca: tls.publicCa, timeout: 2_000 }, connections: 32 });
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const whenAsked = config.identityKeys === 'when asked';
  const handOver = handOverTo(fabric);
  const certificates = keepCertificates({ clientIds, keys, epoch, handOver, clock, log, whenAsked });
  const signAssertion: SignAssertion = async (clientId, claims) => {
    const key = await certificates.keyFor(clientId, NEW_KEY_MS);
    return key && clientAssertion(key, claims, clock.now());
  };
  const cache = tokenCache(clock);
  const tokens = tokensFrom(
    cache,
    entraTokens({ authorityOrigin, signAssertion, dispatcher, service: partOf(config) }),
    log,
  );
  const store = db.transaction(({ epoch, revision, changes }: FeedPage, fresh: boolean) => {
    if (fresh) hosts.clear();
    for (const change of changes) hosts.apply(change);
    keys.keepOnly(clientIds());
    cursor.set({ epoch, revision });
  });
  const apply = async (page: FeedPage, { fresh }: { fresh: boolean }) => {
    clock.follow(page, { fresh });
    store(page, fresh);
    cache.keepOnly(holdersOf(hosts.all()));
    if (fresh) cache.clear();
    certificates.wake(); // also where nothing but the clock has changed
    await keepPorts();
  };
  const follower = followFeed({ fabric, cursor: cursor.get(), apply, log });

  const health = (): Health => {
    if (!follower.isSynced()) return { ready: false, detail: 'arm has not said yet what the lab contains' };
    const isWaiting = (clientId: string) => !signingKey(keys.of(clientId), epoch() ?? '', clock.now());
    const waiting = whenAsked ? 0 : clientIds().filter(isWaiting).length;
    return waiting === 0 ? { ready: true } : { ready: false, detail: `${waiting} certificates are not confirmed yet` };
  };
  const closeOwn = async () => {
    // The feed's long poll ends with the fabric client; the follower has to know before that it is meant.
    const stopped = Promise.all([follower.close(), certificates.close()]);
    await fabric.close();
    await Promise.all([stopped, dispatcher.destroy()]);
    await ownPorts?.close();
    db.close();
  };

  const isSynced = () => follower.isSynced();
  const holders = () => headerHoldersOf(hosts, appService?.secretOf);
  const { machines } = hosts;
  const vm = (who: Machines) => vmApp({ machines: who, isSynced, tokens, events, faults, clock, log });
  const listeners = {
    ...(vmListen && {
      vm: { app: vm(machines), address: vmListen, malformed },
    }),
    ...(appService && {
      appService: {
        app: appServiceApp({ holders, isSynced, tokens, events, faults, log }),
        address: appService.listen ?? LOOPBACK,
        malformed: malformedAppService,
      },
    }),
    ...controlListeners(config, {
      app: controlApp({ routes: certificateRoutes({ clientIds, certificates, events }), events, faults, health, log }),
      health,
    }),
  };
  const ownPorts =
    machineListen &&
    listenersByName((id) => ({ app: vm(onlyMachine(machines, id)), address: machineListen, malformed }));
  const keepPorts = () => ownPorts?.keepFor(machines.all().map(({ resourceId }) => resourceId.toLowerCase()));
  const running = await listenAll<'fabric' | 'health'>(listeners, closeOwn);
  await keepPorts(); // of machines that an earlier life has heard of
  return {
    ...running,
    sites: hosts.sites.all,
    machines: () => {
      const ports = ownPorts?.ports();
      return machines
        .all()
        .map(({ name, resourceId }) => ({ name, resourceId, port: ports?.get(resourceId.toLowerCase()) }));
    },
  };
}

/** One machine, whose address is loopback: behind a port of its own, that is what every process of it has. */
const onlyMachine = (machines: Machines, resourceId: string): Machines => ({
  all: () =>
    machines
      .all()
      .filter((machine) => machine.resourceId.toLowerCase() === resourceId)
      .map((machine) => ({ ...machine, sourceAddress: LOOPBACK.host })),
  former: () => [],
});

/** Whose secret stands for which host: a site's for the site, in the embedded lab a virtual machine's. */
function headerHoldersOf({ machines, sites }: HostStore, secretOf?: SecretOf): HeaderHolder[] {
  return secretOf
    ? machines.all().map((machine) => ({ sha256: sha256(secretOf(machine.resourceId)), host: machine }))
    : sites.all().map((site) => ({ sha256: Buffer.from(site.identityHeaderSha256, 'hex'), host: site }));
}
