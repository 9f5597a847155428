import { X509Certificate } from 'node:crypto';
import { selfSigned, thumbprints } from '@lab/shared/x509/certificates.ts';
import jwt from 'jsonwebtoken';
import { expect, it } from 'vitest';
import { clientAssertion } from './assertion.ts';

it('proves an identity by its certificate: who, to whom, how long, and once', async () => {
  const now = 1_790_000_000;
  const { cert, key } = await selfSigned('client', 'RSA-2048', { notBefore: now, notAfter: now + 3_600 });
  const about = { audience: 'https://token', hostResourceId: '/vm' };
  const sign = () => clientAssertion({ clientId: 'client', certificate: cert, privateKey: key }, about, now);

  const { header, payload } = jwt.verify(sign(), new X509Certificate(cert).publicKey, {
    algorithms: ['PS256'],
    complete: true,
    clockTimestamp: now,
  });
  expect(header).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprints(cert).sha256.toString('base64url') });
  const claims = payload as jwt.JwtPayload;
  const fixed = {
    aud: 'https://token',
    iss: 'client',
    sub: 'client',
    iat: now,
    nbf: now,
    exp: now + 600,
    xms_az_rid: '/vm',
  };
  expect(claims).toEqual({ ...fixed, jti: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect((jwt.decode(sign()) as jwt.JwtPayload).jti).not.toBe(claims.jti);
});
