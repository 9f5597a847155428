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

const Environment = z.object({ ...serviceVariables('keyvault'), PUBLIC_LISTEN: listenAddress });

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return { ...serviceConfig(env), publicListen: env.PUBLIC_LISTEN };
}
