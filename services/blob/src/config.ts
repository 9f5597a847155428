import { join } from 'node:path';
import { type Clock, systemClock } from '@lab/shared/clock.ts';
import { type ControlConfig, listenAddress, parseEnvironment, type TlsConfig, tlsFrom } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';

export type Config = {
  readonly publicListen: ListenAddress;
  readonly control: ControlConfig;
  readonly tls: TlsConfig;
  readonly databasePath: string;
  /** Where the bytes of blobs are; on the same file system throughout. */
  readonly contentDirectory: string;
  /** What challenges name: `https://login.microsoftonline.com`. */
  readonly authorityOrigin: string;
  /** Where the signing keys are fetched, when that is not the authority's own origin. */
  readonly jwksOrigin?: string;
  readonly clock: Clock;
  /** The account is the first segment of the path instead of the first label of the host. */
  readonly pathStyle: boolean;
};

const Env = z.object({
  PUBLIC_LISTEN: listenAddress,
  FABRIC_LISTEN: z.string().default('blob.fabric:8443').pipe(listenAddress),
  HEALTH_LISTEN: z.string().default('127.0.0.1:9000').pipe(listenAddress),
  STATE_DIRECTORY: z.string().default('/var/lib/lab'),
  DATABASE_PATH: z.string().min(1), // no default: ':memory:' has to be said aloud, or data is lost silently
  AUTHORITY_ORIGIN: z.url().default('https://login.microsoftonline.com'),
});

/** @throws Error with every mistake in it. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Env, environment);
  return {
    publicListen: env.PUBLIC_LISTEN,
    control: { fabric: env.FABRIC_LISTEN, health: env.HEALTH_LISTEN, origins: {} },
    tls: tlsFrom(join(env.STATE_DIRECTORY, 'tls')),
    databasePath: env.DATABASE_PATH,
    contentDirectory: join(env.STATE_DIRECTORY, 'content'),
    authorityOrigin: env.AUTHORITY_ORIGIN.replace(/\/$/, ''),
    clock: systemClock,
    pathStyle: false,
  };
}
