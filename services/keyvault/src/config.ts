import { join } from 'node:path';
import type { Clock } from '@lab/shared/clock.ts';
import { systemClock } from '@lab/shared/clock.ts';
import { type ControlConfig, listenAddress, parseEnvironment, type TlsConfig, tlsFrom } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';
import type { VaultHosts } from './routes/request-vault.ts';

export type Config = {
  readonly publicListen: ListenAddress;
  readonly control: ControlConfig;
  readonly tls: TlsConfig;
  readonly databasePath: string;
  /** Named in challenges. */
  readonly authorityOrigin: string;
  /** Where the signing keys are fetched, if that is not `authorityOrigin`. */
  readonly jwksOrigin?: string;
  /** Other names under which vaults are reached: the embedded lab's `localhost`. */
  readonly vaultHostOverrides?: VaultHosts;
  readonly clock: Clock;
};

const origin = z.url({ protocol: /^https$/ }).transform((url) => new URL(url).origin);

const Environment = z.object({
  PUBLIC_LISTEN: listenAddress,
  FABRIC_LISTEN: z.string().default('keyvault.fabric:8443').pipe(listenAddress),
  HEALTH_LISTEN: z.string().default('127.0.0.1:9000').pipe(listenAddress),
  STATE_DIRECTORY: z.string().default('/var/lib/lab'),
  DATABASE_PATH: z.string(), // no default: ':memory:' has to be said aloud, or data is lost silently
  AUTHORITY_ORIGIN: z.string().default('https://login.microsoftonline.com').pipe(origin),
});

/** @throws Error listing every variable that is missing or wrong. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return {
    publicListen: env.PUBLIC_LISTEN,
    control: { fabric: env.FABRIC_LISTEN, health: env.HEALTH_LISTEN, origins: {} },
    tls: tlsFrom(join(env.STATE_DIRECTORY, 'tls')),
    databasePath: env.DATABASE_PATH,
    authorityOrigin: env.AUTHORITY_ORIGIN,
    clock: systemClock,
  };
}
