import { Resolver } from 'node:dns/promises';
import { recentEvents } from '@lab/shared/events.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { controlApp, controlListeners, type Health } from '@lab/shared/fabric/control-app.ts';
import { sqliteCursor } from '@lab/shared/feed/cursor-store.ts';
import { followFeed } from '@lab/shared/feed/follow.ts';
import { listenAll, type Running, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Config } from './config.ts';
import { clientsIn } from './domain/clients.ts';
import { nameServer } from './name-server.ts';
import { openDnsDatabase } from './store/database.ts';
import { sqliteNames } from './store/names.ts';
import { listenTcp } from './transport/tcp.ts';
import { listenUdp } from './transport/udp.ts';
import { serviceAddresses } from './upstream/addresses.ts';

/** The lab's name server: which vaults and accounts there are, as addresses. Control API on the fabric, health. */
export async function startDns(config: Config, log: Log): Promise<RunningService<'dns' | 'fabric' | 'health'>> {
  const { control, tls, dnsListen } = config;
  const db = openDnsDatabase(config.databasePath);
  const cursor = sqliteCursor(db);
  const names = sqliteNames(db, cursor);
  const events = recentEvents('dns');

  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins: control.origins });
  const follower = followFeed({ fabric, cursor: cursor.get(), apply: names.apply, log });
  const isSynced = () => follower.isSynced();
  const health = (): Health =>
    isSynced() ? { ready: true } : { ready: false, detail: 'arm has not said yet which names there are' };

  const clients = clientsIn(config.clientSubnet);
  const { lookup = askDocker() } = config;
  const addressOf = serviceAddresses({ lookup, clients, log });
  const serve = nameServer({ exists: names.exists, isSynced, addressOf, clients, events });

  const open: Running[] = [];
  const close = async () => {
    await Promise.all(open.splice(0).map((listener) => listener.close()));
    const stopped = follower.close(); // before its poll is cut off, or it would take that for a failure of arm's
    await fabric.close();
    await stopped;
    db.close();
  };
  try {
    const tcp = await listenTcp(dnsListen, serve, log);
    open.push(tcp);
    open.push(await listenUdp({ host: dnsListen.host, port: tcp.port }, serve, log));
    const listening = await listenAll(
      controlListeners(config, { app: controlApp({ events, health, log }), health }),
      close,
    );
    return { ports: { ...listening.ports, dns: tcp.port }, close: listening.close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The container's own name server, which is Docker's, asked for the address of one name. */
function askDocker(): (name: string) => Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  return (name) => resolver.resolve4(name);
}
