import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient, FabricResponse } from '@lab/shared/fabric/client.ts';
import {
  FAULT_SERVICES,
  type Fault,
  FaultBody,
  type FaultRequest,
  type FaultService,
} from '@lab/shared/faults/fault.ts';
import { z } from 'zod';

/** Faults of all services. Each keeps its own: what is asked of one of them is passed on to it. */
export type Faults = {
  /** @throws `invalid` and `conflict` in the words of the service, `unavailable` when it cannot be asked. */
  add(request: FaultRequest): Promise<Fault>;
  /** `unheard`: services that could not be asked. */
  list(): Promise<{ readonly faults: readonly Fault[]; readonly unheard: readonly string[] }>;
  /** @throws `not_found`, `unavailable`. */
  remove(id: string): Promise<void>;
  /** @throws `unavailable` when a service is there and does not answer. One that is not there has no faults. */
  clear(): Promise<void>;
};

export const FaultList = z.strictObject({
  faults: z.array(FaultBody),
  unheard: z.array(z.string()).meta({ description: 'Services that could not be asked.' }),
});

export const fabricFaults = (fabric: Pick<FabricClient, 'call'>): Faults => {
  const ask = (service: FaultService, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
    fabric.call(service, method, path, { timeoutMs: TIMEOUT_MS, ...(body !== undefined && { body }) });
  const listOf = async (service: FaultService) => {
    const { status, body } = await ask(service, 'GET', '/faults');
    return status === 200 ? FaultsOf.parse(body).faults : unavailable(service)(`it answered ${status}`);
  };
  return {
    add: async (request) => {
      const { service } = request;
      const answer = await ask(service, 'POST', '/faults', request).catch(unavailable(service));
      if (answer.status === 201) return FaultBody.parse(answer.body);
      throw refusalOf(answer) ?? unavailable(service)(`it answered ${answer.status}`);
    },
    list: async () => {
      const asked = await Promise.allSettled(FAULT_SERVICES.map(listOf));
      return {
        faults: asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
        unheard: FAULT_SERVICES.filter((_, index) => asked[index]?.status === 'rejected'),
      };
    },
    remove: async (id) => {
      const [, service] = /^([a-z]+)-[0-9a-f]{12}$/.exec(id) ?? [];
      if (!isFaultService(service)) throw faultNotFound();
      const { status } = await ask(service, 'DELETE', `/faults/${id}`).catch(unavailable(service));
      if (status === 404) throw faultNotFound();
      if (status !== 204) unavailable(service)(`it answered ${status}`);
    },
    clear: async () => {
      await Promise.all(
        FAULT_SERVICES.map(async (service) => {
          try {
            const { status } = await ask(service, 'DELETE', '/faults');
            if (status !== 204) unavailable(service)(`it answered ${status}`);
          } catch (error) {
            if (!isAbsent(error)) unavailable(service)(error);
          }
        }),
      );
    },
  };
};

const TIMEOUT_MS = 3_000;

const FaultsOf = z.object({ faults: z.array(FaultBody) });

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

const isFaultService = (name: string | undefined): name is FaultService =>
  (FAULT_SERVICES as readonly (string | undefined)[]).includes(name);

function refusalOf({ status, body }: FabricResponse): AzureError | undefined {
  const { data } = Refusal.safeParse(body);
  if (!data || (status !== 400 && status !== 409)) return undefined;
  return new AzureError({ kind: status === 400 ? 'invalid' : 'conflict', ...data.error });
}

/** Whether nobody is there: services of a profile that was not started, and those that have died with what they knew. */
const isAbsent = (error: unknown): boolean =>
  ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH'].includes(
    String((error as { code?: unknown } | null)?.code),
  );

const faultNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'FaultNotFound', message: 'There is no such fault.' });

const unavailable =
  (service: string) =>
  (cause: unknown): never => {
    if (cause instanceof AzureError) throw cause;
    throw new AzureError({
      kind: 'unavailable',
      code: 'ServiceUnavailable',
      message: `The service '${service}' could not be asked.`,
      cause,
    });
  };
