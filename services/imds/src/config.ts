import { join } from 'node:path';
import { type Clock, systemClock } from '@lab/shared/clock.ts';
import { type ControlConfig, listenAddress, parseEnvironment, type TlsConfig, tlsFrom } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';
import type { AppServiceEndpoint } from './routes/app-service.ts';

export type Config = {
  /** Where virtual machines reach IMDS: 169.254.169.254:80, plain HTTP. */
  readonly vmListen: ListenAddress;
  readonly control: ControlConfig;
  readonly tls: TlsConfig;
  readonly databasePath: string;
  /** Where `entra` is reached, without a slash at the end. */
  readonly authorityOrigin: string;
  readonly clock: Clock;
  /** The App Service protocol, on a listener of its own: the embedded lab. Off where absent. */
  readonly appService?: {
    /** Default: loopback, any free port. */
    readonly listen?: ListenAddress;
    readonly endpoints: readonly AppServiceEndpoint[];
  };
};

const listen = (fallback: string) => z.string().default(fallback).pipe(listenAddress);

const Environment = z.object({
  STATE_DIRECTORY: z.string().default('/var/lib/lab'),
  DATABASE_PATH: z.string().min(1),
  VM_LISTEN: listen('169.254.169.254:80'),
  FABRIC_LISTEN: listen('imds.fabric:8443'),
  HEALTH_LISTEN: listen('127.0.0.1:9000'),
  AUTHORITY_ORIGIN: z
    .url({ protocol: /^https$/ })
    .default('https://login.microsoftonline.com')
    .transform((url) => new URL(url).origin),
});

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return {
    vmListen: env.VM_LISTEN,
    control: { fabric: env.FABRIC_LISTEN, health: env.HEALTH_LISTEN, origins: {} },
    tls: tlsFrom(join(env.STATE_DIRECTORY, 'tls')),
    databasePath: env.DATABASE_PATH,
    authorityOrigin: env.AUTHORITY_ORIGIN,
    clock: systemClock,
  };
}
