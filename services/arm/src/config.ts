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
import { type LabSource, labJson } from './lab-source.ts';

export type Config = ServiceConfig & {
  readonly publicListen: ListenAddress;
  readonly lab: LabSource;
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
