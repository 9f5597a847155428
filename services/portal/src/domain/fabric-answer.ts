import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricResponse } from '@lab/shared/fabric/client.ts';
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
  const { data } = schema.safeParse(body);
  if (status === 200 && data !== undefined) return data;
  const refusal = Refusal.safeParse(body).data?.error;
  if (status === 400 && refusal) throw new AzureError({ kind: 'invalid', ...refusal });
  return unavailable(service, `it answered ${status}`);
}

function unavailable(service: string, cause: unknown): never {
  throw new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: `The service '${service}' could not do it now.`,
    cause,
  });
}
