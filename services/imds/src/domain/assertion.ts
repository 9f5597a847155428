import { randomUUID } from 'node:crypto';
import { thumbprints } from '@lab/shared/x509/certificates.ts';
import jwt from 'jsonwebtoken';
import type { IdentityKey } from './identity-key.ts';

/** How long an assertion is good for. Microsoft's clients take ten minutes as well. */
const LIFE_SECONDS = 600;

/**
 * The client assertion with which an identity proves to Entra that it is itself. It also says on which virtual machine
 * the identity is used (`xms_az_rid`), which Entra cannot know otherwise.
 * @param audience The token endpoint that it is for.
 * @param hostResourceId ARM id of that virtual machine.
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function clientAssertion(
  { clientId, certificate, privateKey }: Pick<IdentityKey, 'clientId' | 'certificate' | 'privateKey'>,
  { audience, hostResourceId }: { audience: string; hostResourceId: string },
  now: number,
): string {
  const x5t = thumbprints(certificate).sha256.toString('base64url');
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    xms_az_rid: hostResourceId,
  };
  return jwt.sign({ ...claims, exp: now + LIFE_SECONDS }, privateKey, {
    algorithm: 'PS256',
    header: { alg: 'PS256', typ: 'JWT', 'x5t#S256': x5t },
  });
}
