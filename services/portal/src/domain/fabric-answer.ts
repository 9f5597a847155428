import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';
import type { FabricResponse } from '@lab/shared/fabric/client.ts';
import { STATUS } from '@lab/shared/http/status.ts';
import { z } from 'zod';

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * What a control route answered, as the lab API tells it. A refusal of what was asked for is the caller's to read, code and
 * message; whatever else goes wrong between the services is not.
 * @throws AzureError
 */
export async function answerOf<T extends z.ZodType>(
  service: string,
  asked: Promise<FabricResponse>,
  schema: T,
): Promise<z.infer<T>> {
  const { status, body } = await asked.catch((cause: unknown) => unavailable(service, cause));
  const { data, success } = schema.safeParse(body);
  if (status >= 200 && status < 300 && success) return data;
  const refusal = Refusal.safeParse(body).data?.error;
  const kind = TOLD.find((told) => STATUS[told] === status);
  if (kind && refusal) throw new AzureError({ kind, ...refusal });
  return unavailable(service, `it answered ${status}`);
}

/** Those that concern the caller. That the portal itself is refused is a fault of the lab's. */
const TOLD: readonly ErrorKind[] = ['invalid', 'not_found', 'conflict', 'too_large', 'unavailable'];

function unavailable(service: string, cause: unknown): never {
  throw new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: `The service '${service}' could not do it now.`,
    cause,
  });
}
