import { withPlatformVariables } from '@lab/app/agent/platform-variables.ts';
import { sendRequest } from '@lab/app/agent/send-request.ts';
import { ResponseBody } from '@lab/portal/domain/lab-requests.ts';
import type { Workloads } from '@lab/portal/domain/workloads.ts';
import { AzureError } from '@lab/shared/azure-error.ts';
import { type MachineKind, type Nowhere, placeOf } from './places.ts';
import type { Services } from './services.ts';
import type { Environment } from './types.ts';

export type Machine = { readonly name: string; readonly kind: MachineKind; readonly environment: Environment };

/**
 * Sends what an agent sends in the containers, from this process: under Azure's names, which lead to the ports of this lab's
 * services. No name server is asked and nothing leaves loopback.
 */
export function workloadRequests(services: Services, ca: string) {
  let underWay = 0;
  return async (machine: Machine, request: Parameters<Workloads['request']>[1]): ReturnType<Workloads['request']> => {
    const place = placeOf(new URL(request.url), machine, services);
    if (typeof place === 'string') return { error: { code: place, message: WHY[place] }, durationMs: 0 };
    if (underWay >= MOST_UNDER_WAY) throw tooMany();
    underWay += 1;
    try {
      const environment = { ...machine.environment, ...(machine.kind === 'functionApp' && APP_SERVICE) };
      return ResponseBody.parse(
        await sendRequest(await withPlatformVariables(request, environment), {
          place: { ...place, servername: 'localhost', ca },
        }),
      );
    } finally {
      underWay -= 1;
    }
  };
}

const MOST_UNDER_WAY = 32;

const tooMany = () =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyRequests',
    message: 'Too many requests are under way. Try again when they have ended.',
  });

/** As the platform says it in the containers. */
const APP_SERVICE = { IDENTITY_ENDPOINT: 'http://169.254.129.2:8081/msi/token' };

const WHY: Readonly<Record<Nowhere, string>> = {
  'no-name': 'The name does not exist in this lab.',
  'no-route':
    'This machine has no route to that address. The embedded lab has no networks, and says so as containers do.',
  refused: 'Nobody listens there.',
};
