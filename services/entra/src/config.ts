import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';

export type EntraConfig = Omit<ServiceConfig, 'authorityOrigin'> & {
  readonly publicListen: ListenAddress;
  /**
   * Where this authority is reached: what documents name, and what assertions may be addressed to. A function gets the
   * real port of the public listener, for where it is only known after listening.
   */
  readonly authorityOrigin: string | ((publicPort: number) => string);
  /** Where Microsoft Graph is reached. */
  readonly graphOrigin?: string | ((graphPort: number) => string);
  /** A listener of its own for Microsoft Graph, where it cannot be told apart by its name: the embedded lab. */
  readonly graphListen?: ListenAddress;
  /** Where the issuers of the lab's clusters are, where their names do not lead there: the embedded lab. A port of loopback. */
  readonly issuersPort?: () => number | undefined;
};

const Env = z.object({
  ...serviceVariables('entra'),
  PUBLIC_LISTEN: listenAddress,
});

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): EntraConfig {
  const env = parseEnvironment(Env, environment);
  return { ...serviceConfig(env), publicListen: env.PUBLIC_LISTEN };
}
