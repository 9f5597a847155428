import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';
import type { AppServiceEndpoint } from './routes/app-service.ts';

export type Config = ServiceConfig & {
  /** Where virtual machines reach IMDS: 169.254.169.254:80, plain HTTP. */
  readonly vmListen: ListenAddress;
  /** The App Service protocol, on a listener of its own: the embedded lab. Off where absent. */
  readonly appService?: {
    /** Default: loopback, any free port. */
    readonly listen?: ListenAddress;
    readonly endpoints: readonly AppServiceEndpoint[];
  };
};

const Environment = z.object({
  ...serviceVariables('imds'),
  VM_LISTEN: listenAddress.prefault('169.254.169.254:80'),
});

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, environment);
  return { ...serviceConfig(env), vmListen: env.VM_LISTEN };
}
