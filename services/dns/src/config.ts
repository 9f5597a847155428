import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';

export type Config = Omit<ServiceConfig, 'authorityOrigin'> & {
  /** UDP and TCP. Its address on `azure`, so that no other network reaches it. */
  readonly dnsListen: ListenAddress;
  /** Whose machines are answered: `10.88.0.0/24`. */
  readonly clientSubnet: string;
  /** For tests: instead of the name servers that the container is given. */
  readonly lookup?: (name: string) => Promise<readonly string[]>;
};

const Environment = z.object({ ...serviceVariables('dns'), DNS_LISTEN: listenAddress, CLIENT_SUBNET: z.cidrv4() });

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return { ...serviceConfig(env), dnsListen: env.DNS_LISTEN, clientSubnet: env.CLIENT_SUBNET };
}
