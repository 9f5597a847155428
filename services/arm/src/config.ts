import { join } from 'node:path';
import type { Clock } from '@lab/shared/clock.ts';
import {
  type ControlConfig,
  listenAddress,
  parseEnvironment,
  serviceConfig,
  serviceVariables,
  type TlsConfig,
} from '@lab/shared/config.ts';
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

const Environment = z.object({ ...serviceVariables('arm'), PUBLIC_LISTEN: listenAddress });

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return {
    ...serviceConfig(env),
    publicListen: env.PUBLIC_LISTEN,
    lab: labJson(join(env.STATE_DIRECTORY, 'lab.json')),
  };
}
