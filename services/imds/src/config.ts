import {
  listenAddress,
  parseEnvironment,
  type ServiceConfig,
  serviceConfig,
  serviceVariables,
} from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { z } from 'zod';

/** The embedded lab: whoever knows the secret is taken for a process on this virtual machine. @param resourceId ARM id. */
export type SecretOf = (resourceId: string) => string;

/** The service plays one of two parts, `imds` or `appservice`: which, says the listener that is there. */
export type Config = ServiceConfig & {
  /** `imds`: where virtual machines reach it. 169.254.169.254:80, plain HTTP. */
  readonly vmListen?: ListenAddress;
  readonly appService?: {
    /** `appservice`: where function apps reach it, by the App Service protocol. Default: loopback, any free port. */
    readonly listen?: ListenAddress;
    /** The embedded lab: virtual machines that are asked for in place of the feed's sites. */
    readonly secretOf?: SecretOf;
  };
  /** The embedded lab, where all machines have one address: a listener for each, as they come and go. */
  readonly machineListen?: ListenAddress;
  /** When an identity gets its key: as soon as there is one, or with its first token, which is late by that. */
  readonly identityKeys?: 'ahead' | 'when asked';
};

export type Part = 'imds' | 'appservice';

export const partOf = ({ vmListen, machineListen }: Pick<Config, 'vmListen' | 'machineListen'>): Part =>
  vmListen || machineListen ? 'imds' : 'appservice';

const variables = (part: Part) =>
  z
    .object({
      ...serviceVariables(part),
      VM_LISTEN: listenAddress.optional(),
      APP_SERVICE_LISTEN: listenAddress.optional(),
    })
    .refine((env) => (env.VM_LISTEN === undefined) !== (env.APP_SERVICE_LISTEN === undefined), {
      path: ['VM_LISTEN'],
      error: 'expected either this or APP_SERVICE_LISTEN',
      when: () => true, // with the other mistakes, not after them
    });

/** @throws Error that lists everything that is wrong with the environment. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const part = environment.APP_SERVICE_LISTEN === undefined ? 'imds' : 'appservice';
  const env = parseEnvironment(variables(part), environment);
  return {
    ...serviceConfig(env),
    ...(env.VM_LISTEN && { vmListen: env.VM_LISTEN }),
    ...(env.APP_SERVICE_LISTEN && { appService: { listen: env.APP_SERVICE_LISTEN } }),
  };
}
