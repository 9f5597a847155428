import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';
import type { VaultHosts } from './routes/request-vault.ts';

export type Config = ServiceConfig & {
  readonly publicListen: ListenAddress;
  /** Where the signing keys are fetched, if that is not `authorityOrigin`. */
  readonly jwksOrigin?: string;
  /** A listener for each vault besides, as they come and go: the embedded lab, where all have the name `localhost`. */
  readonly vaultListen?: ListenAddress;
  /** Other names under which vaults are reached. */
  readonly vaultHostOverrides?: VaultHosts;
};

const Environment = z.object({ ...serviceVariables('keyvault'), PUBLIC_LISTEN: listenAddress });

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return { ...serviceConfig(env), publicListen: env.PUBLIC_LISTEN };
}
