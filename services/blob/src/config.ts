import { join } from 'node:path';
import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';

export type Config = ServiceConfig & {
  readonly publicListen: ListenAddress;
  /** Where the bytes of blobs are; on the same file system throughout. */
  readonly contentDirectory: string;
  /** The account is the first segment of the path instead of the first label of the host. */
  readonly pathStyle: boolean;
};

const Environment = z.object({ ...serviceVariables('blob'), PUBLIC_LISTEN: listenAddress });

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return {
    ...serviceConfig(env),
    publicListen: env.PUBLIC_LISTEN,
    contentDirectory: join(env.STATE_DIRECTORY, 'content'),
    pathStyle: false,
  };
}
