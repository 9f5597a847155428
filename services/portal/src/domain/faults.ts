import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import {
  FAULT_SERVICES,
  type Fault,
  FaultBody,
  FaultKinds,
  type FaultRequest,
  type FaultService,
} from '@lab/shared/faults/fault.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';

/** Faults of all services. Each keeps its own: what is asked of one of them is passed on to it. */
export type Faults = {
  /** @throws `invalid` and `conflict` in the words of the service, `unavailable` when it cannot be asked. */
  add(request: FaultRequest): Promise<Fault>;
  /** `unheard`: services that could not be asked. */
  list(): Promise<z.infer<typeof FaultList>>;
  /** What faults each service can have, of those that can be asked. */
  kinds(): Promise<z.infer<typeof FaultKindList>>;
  /** @throws `not_found`, `unavailable`. */
  remove(id: string): Promise<void>;
  /** @throws `unavailable` when a service is there and does not answer. One that is not there has no faults. */
  clear(): Promise<void>;
};

export const FaultList = z.strictObject({
  faults: z.array(FaultBody),
  unheard: z.array(z.string()).meta({ description: 'Services that could not be asked.' }),
});

export const FaultKindList = z.strictObject({
  kinds: z.array(FaultKinds),
  unheard: z.array(z.string()).meta({ description: 'Services that could not be asked.' }),
});

/**
 * @param machineOf The machine that is called so in the lab API, such as `app`, where services know it by another name.
 */
export const fabricFaults = (
  fabric: Pick<FabricClient, 'call'>,
  machineOf: (workload: string) => Promise<string | undefined> = async () => undefined,
): Faults => {
  const ask = <T extends z.ZodType>(
    service: FaultService,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    answer: T,
    body?: unknown,
  ) => {
    const options = { timeoutMs: TIMEOUT_MS, ...(body !== undefined && { body }) };
    return answerOf(service, fabric.call(service, method, path, options), answer);
  };
  const askAll = async <T extends z.ZodType>(path: string, answer: T) => {
    const asked = await Promise.allSettled(FAULT_SERVICES.map((service) => ask(service, 'GET', path, answer)));
    return {
      answers: asked.flatMap((settled, index) => {
        const service = FAULT_SERVICES[index];
        return settled.status === 'fulfilled' && service ? [{ service, answer: settled.value }] : [];
      }),
      unheard: FAULT_SERVICES.filter((_, index) => asked[index]?.status === 'rejected'),
    };
  };
  return {
    add: async ({ caller, ...request }) => {
      const known = caller === undefined ? {} : { caller: (await machineOf(caller)) ?? caller };
      return ask(request.service, 'POST', '/faults', FaultBody, { ...request, ...known });
    },
    list: async () => {
      const { answers, unheard } = await askAll('/faults', Listed);
      return { faults: answers.flatMap(({ answer }) => answer.faults), unheard };
    },
    kinds: async () => {
      const { answers, unheard } = await askAll('/faults/kinds', Possible);
      return { kinds: answers.map(({ service, answer }) => ({ service, ...answer })), unheard };
    },
    remove: async (id) => {
      const [, name] = /^([a-z]+)-[0-9a-f]{12}$/.exec(id) ?? [];
      const service = FAULT_SERVICES.find((service) => service === name);
      if (service === undefined) throw faultNotFound();
      await ask(service, 'DELETE', `/faults/${id}`, z.undefined());
    },
    clear: async () => {
      const clear = (service: FaultService) =>
        ask(service, 'DELETE', '/faults', z.undefined()).catch((error: Error) => {
          if (!isAbsent(error)) throw error;
        });
      await Promise.all(FAULT_SERVICES.map(clear));
    },
  };
};

const TIMEOUT_MS = 3_000;

const Listed = z.object({ faults: z.array(FaultBody) });
const Possible = FaultKinds.omit({ service: true });

/** Whether nobody is there: services of a profile that was not started, and those that have died with what they knew. */
const isAbsent = ({ cause }: Error): boolean =>
  ABSENT.includes(String((cause as { code?: unknown } | null | undefined)?.code));

const ABSENT: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH'];

const faultNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'FaultNotFound', message: 'There is no such fault here.' });
