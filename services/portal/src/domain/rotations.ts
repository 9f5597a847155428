import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { z } from 'zod';

export const RotatedSigningKeys = z
  .looseObject({ current: z.string(), next: z.string() })
  .meta({ description: "Key ids of Entra's token signing: the one that signs from here on, and the one after it." });

export const RotatedCertificates = z.strictObject({
  clientId: z.string(),
  hosts: z.array(
    z.strictObject({
      service: z.enum(['imds', 'appservice']),
      thumbprint: z.string().optional().meta({ description: 'SHA-256. Absent until Entra has confirmed the new one.' }),
      notAfter: z.number().optional().meta({ description: 'Epoch seconds.' }),
    }),
  ),
});

export type Rotations = {
  signingKeys(): Promise<z.infer<typeof RotatedSigningKeys>>;
  /** On every host that has the identity. Throws `not_found` where none has it. */
  certificates(clientId: string): Promise<z.infer<typeof RotatedCertificates>>;
};

/** Rotations on demand, which Azure has not. Only translated here: `entra`, `imds` and `appservice` do them. */
export const fabricRotations = (fabric: Pick<FabricClient, 'call'>): Rotations => ({
  signingKeys: async () => {
    const { status, body } = await fabric.call('entra', 'POST', '/signing-keys/rotate').catch(unavailable('entra'));
    const { data } = RotatedSigningKeys.safeParse(body);
    return status === 200 && data ? data : unavailable('entra')(`it answered ${status}`);
  },
  certificates: async (clientId) => {
    const asked = (['imds', 'appservice'] as const).map(async (service) => {
      try {
        const path = `/identities/${clientId}/certificates/rotate`;
        return { service, ...(await fabric.call(service, 'POST', path, { timeoutMs: ROTATION_MS })) };
      } catch (cause) {
        return { service, cause };
      }
    });
    const answers = await Promise.all(asked);
    const hosts = answers.flatMap((answer) => {
      if (!('status' in answer) || (answer.status !== 200 && answer.status !== 202)) return [];
      const { thumbprint, notAfter } = RotatedHost.parse(answer.body);
      return [
        {
          service: answer.service,
          ...(thumbprint !== undefined && { thumbprint }),
          ...(notAfter !== undefined && { notAfter }),
        },
      ];
    });
    if (hosts.length > 0) return { clientId, hosts };
    // `appservice` is there in a profile only, so that it is absent says nothing about the identity.
    const [imds] = answers;
    if (imds && 'status' in imds && imds.status === 404) throw identityNotFound();
    return unavailable('imds')(imds && 'cause' in imds ? imds.cause : 'it refused');
  },
});

/** Longer than `imds` waits for `entra`. */
const ROTATION_MS = 15_000;

const RotatedHost = z.looseObject({ thumbprint: z.string().optional(), notAfter: z.number().optional() }).catch({});

const identityNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'IdentityNotFound', message: 'No host of this lab has this identity.' });

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
