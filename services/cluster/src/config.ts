import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { type Cluster, ClusterJson } from '@lab/shared/lab/lab-state.ts';
import { z } from 'zod';

export type Config = Omit<ServiceConfig, 'authorityOrigin'> & {
  /** Where the issuers' documents are read. */
  readonly publicListen: ListenAddress;
  /** What the lab file declares, as it is now; read anew each time. */
  readonly clusters: () => readonly Cluster[];
  /** `{pod}/azure-identity-token` is written here; each pod sees its own directory. */
  readonly tokensDirectory: string;
  /** Whether `POST /tokens` exists. */
  readonly testRoutes: boolean;
};

const Environment = z.object({
  ...serviceVariables('cluster'),
  PUBLIC_LISTEN: listenAddress,
  TOKENS_DIRECTORY: z.string().default('/var/run/tokens'),
  TEST_ROUTES: z.stringbool().default(false),
});

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  const path = join(env.STATE_DIRECTORY, 'cluster.json');
  return {
    ...serviceConfig(env),
    publicListen: env.PUBLIC_LISTEN,
    clusters: () => ClusterJson.parse(JSON.parse(readFileSync(path, 'utf8'))).clusters,
    tokensDirectory: env.TOKENS_DIRECTORY,
    testRoutes: env.TEST_ROUTES,
  };
}
