import { join } from 'node:path';
import { type Clock, systemClock } from '@lab/shared/clock.ts';
import { type ControlConfig, listenAddress, parseEnvironment, type TlsConfig, tlsFrom } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';

export type EntraConfig = {
  readonly publicListen: ListenAddress;
  readonly control: ControlConfig;
  readonly tls: TlsConfig;
  /** `:memory:` has to be said aloud. */
  readonly databasePath: string;
  /**
   * Where this authority is reached: what documents name, and what assertions may be addressed to. A function gets the
   * real port of the public listener, for where it is only known after listening.
   */
  readonly authorityOrigin: string | ((publicPort: number) => string);
  readonly clock: Clock;
  /** Whether `POST /forge` exists. */
  readonly testRoutes: boolean;
};

const Env = z.object({
  STATE_DIRECTORY: z.string().default('/var/lib/lab'),
  DATABASE_PATH: z.string().min(1), // no default: ':memory:' has to be said aloud, or keys are lost silently
  PUBLIC_LISTEN: listenAddress,
  FABRIC_LISTEN: listenAddress.prefault('entra.fabric:8443'),
  HEALTH_LISTEN: listenAddress.prefault('127.0.0.1:9000'),
  AUTHORITY_ORIGIN: z
    .url({ protocol: /^https$/ })
    .refine((url) => new URL(url).origin === url, 'expected an origin: https, no path, no slash at the end')
    .default('https://login.microsoftonline.com'),
  TEST_ROUTES: z.enum(['true', 'false']).default('false'),
});

export function parseConfig(environment: NodeJS.ProcessEnv): EntraConfig {
  const env = parseEnvironment(Env, environment);
  return {
    publicListen: env.PUBLIC_LISTEN,
    control: { fabric: env.FABRIC_LISTEN, health: env.HEALTH_LISTEN, origins: {} },
    tls: tlsFrom(join(env.STATE_DIRECTORY, 'tls')),
    databasePath: env.DATABASE_PATH,
    authorityOrigin: env.AUTHORITY_ORIGIN,
    clock: systemClock,
    testRoutes: env.TEST_ROUTES === 'true',
  };
}
