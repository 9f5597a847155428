import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { STATUS } from '@lab/shared/http/status.ts';
import { z } from 'zod';

/** Asks a control route. What the service refuses is refused in its words; a service that cannot be asked is `unavailable`. */
export type ControlCall = <T>(
  service: Peer,
  method: Parameters<FabricClient['call']>[1],
  path: string,
  options: { readonly answer: z.ZodType<T>; readonly body?: unknown; readonly timeoutMs?: number },
) => Promise<T>;

export const controlCall =
  (fabric: Pick<FabricClient, 'call'>): ControlCall =>
  async (service, method, path, { answer, ...options }) => {
    const { status, body } = await fabric.call(service, method, path, options).catch(unavailable(service));
    if (status >= 200 && status < 300) {
      const { data, success } = answer.safeParse(body);
      return success ? data : unavailable(service)(`it answered ${status} with something else than expected`);
    }
    const kind = REFUSALS.find((refusal) => STATUS[refusal] === status);
    const { data } = Refusal.safeParse(body);
    if (!kind || !data) return unavailable(service)(`it answered ${status}`);
    throw new AzureError({ kind, ...data.error });
  };

/** What concerns the person who asked. That the portal itself was refused is a fault of the lab's. */
const REFUSALS: readonly ErrorKind[] = ['invalid', 'not_found', 'conflict', 'too_large', 'unavailable'];

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

const unavailable =
  (service: string) =>
  (cause: unknown): never => {
    throw new AzureError({
      kind: 'unavailable',
      code: 'ServiceUnavailable',
      message: `The service '${service}' could not do it now.`,
      cause,
    });
  };
