import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenAddress, parseEnvironment, type ServiceConfig, serviceVariables, tlsFrom } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { type ApiApplication, ApiJson } from '@lab/shared/lab/lab-state.ts';
import { z } from 'zod';

export type Config = Pick<ServiceConfig, 'control' | 'tls' | 'authorityOrigin'> & {
  readonly publicListen: ListenAddress;
  /** The app registration that it stands for. Undefined where the lab file declares none. */
  readonly application: ApiApplication | undefined;
};

const { DATABASE_PATH: _, ...variables } = serviceVariables('api'); // it keeps nothing
const Environment = z.object({
  ...variables,
  PUBLIC_LISTEN: listenAddress,
  APPLICATION: z.string().min(1).default('orders-api'),
});

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  const { applications } = ApiJson.parse(JSON.parse(readFileSync(join(env.STATE_DIRECTORY, 'api.json'), 'utf8')));
  return {
    control: { fabric: env.FABRIC_LISTEN, health: env.HEALTH_LISTEN, origins: {} },
    tls: tlsFrom(join(env.STATE_DIRECTORY, 'tls')),
    authorityOrigin: env.AUTHORITY_ORIGIN,
    publicListen: env.PUBLIC_LISTEN,
    application: applications.find(({ name }) => name === env.APPLICATION),
  };
}
