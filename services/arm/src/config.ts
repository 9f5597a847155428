import { join } from 'node:path';
import type { Clock } from '@lab/shared/clock.ts';
import { systemClock } from '@lab/shared/clock.ts';
import { type ControlConfig, listenAddress, type TlsConfig, tlsFrom } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';
import { type LabSource, labJson } from './lab-source.ts';

export type Config = {
  readonly publicListen: ListenAddress;
  readonly control: ControlConfig;
  readonly tls: TlsConfig;
  readonly databasePath: string;
  /** Where tokens come from: named in challenges, and asked for signing keys. */
  readonly authorityOrigin: string;
  readonly lab: LabSource;
  readonly clock: Clock;
};

export const Environment = z
  .object({
    STATE_DIRECTORY: z.string().default('/var/lib/lab'),
    DATABASE_PATH: z.string(),
    PUBLIC_LISTEN: listenAddress,
    FABRIC_LISTEN: listenAddress.default({ host: 'arm.fabric', port: 8443 }),
    HEALTH_LISTEN: listenAddress.default({ host: '127.0.0.1', port: 9000 }),
    AUTHORITY_ORIGIN: z.url().default('https://login.microsoftonline.com'),
  })
  .transform(
    (environment): Config => ({
      publicListen: environment.PUBLIC_LISTEN,
      control: { fabric: environment.FABRIC_LISTEN, health: environment.HEALTH_LISTEN, origins: {} },
      tls: tlsFrom(join(environment.STATE_DIRECTORY, 'tls')),
      databasePath: environment.DATABASE_PATH,
      authorityOrigin: environment.AUTHORITY_ORIGIN,
      lab: labJson(join(environment.STATE_DIRECTORY, 'lab.json')),
      clock: systemClock,
    }),
  );
