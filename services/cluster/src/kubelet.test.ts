import { createHash, createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fixedClock } from '@lab/shared/clock.ts';
import jwt from 'jsonwebtoken';
import { expect, it } from 'vitest';
import { toJwk } from './domain/signing-key.ts';
import { account, cluster, ISSUER, node } from './testing.ts';

const claimsOf = (token: string) => jwt.decode(token, { json: true }) ?? {};

it('gives a pod a token of its service account, as Kubernetes makes it', async () => {
  const clock = fixedClock();
  const { nodes, keys, tokenOf } = node(clock);
  await nodes.look();
  const now = clock.now();
  const token = tokenOf();
  const [key] = keys.of(ISSUER).map(toJwk);
  const publicKey = createPublicKey({ key, format: 'jwk' } as JsonWebKeyInput);
  expect(jwt.verify(token, publicKey, { algorithms: ['RS256'], clockTimestamp: now, complete: true }).header).toEqual({
    alg: 'RS256',
    kid: createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url'),
  });
  const guid = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(claimsOf(token)).toEqual({
    aud: ['api://AzureADTokenExchange'],
    exp: now + 3_600,
    iat: now,
    iss: ISSUER,
    jti: guid,
    'kubernetes.io': {
      namespace: 'default',
      node: { name: expect.stringMatching(/^aks-nodepool1-\d{8}-vmss000000$/), uid: guid },
      pod: { name: 'pod-app01', uid: guid },
      serviceaccount: { name: 'workload', uid: guid },
    },
    nbf: now,
    sub: 'system:serviceaccount:default:workload',
  });
});

it('renews a token when four fifths of its life are over, and not before', async () => {
  const clock = fixedClock();
  const { nodes, tokenOf } = node(clock);
  await nodes.look();
  const first = tokenOf();
  clock.advance(2_880);
  await nodes.look();
  expect(tokenOf()).toBe(first);
  clock.advance(1);
  await nodes.look();
  expect(claimsOf(tokenOf())).toMatchObject({ iat: clock.now(), exp: clock.now() + 3_600 });
});

it('renews a token that comes from the future, after the clock was set back', async () => {
  const clock = fixedClock();
  const { nodes, tokenOf } = node(clock);
  await nodes.look();
  clock.advance(-60);
  await nodes.look();
  expect(claimsOf(tokenOf()).iat).toBe(clock.now());
});

it('signs with a new key after a rotation, publishes the one before it, and no third', async () => {
  const { nodes, keys, tokenOf } = node(fixedClock());
  await nodes.look();
  const before = keys.of(ISSUER).map(({ kid }) => kid);
  const kid = await nodes.rotate(ISSUER);
  expect(keys.of(ISSUER).map((key) => key.kid)).toEqual([kid, ...before]);
  expect(jwt.decode(tokenOf(), { complete: true })?.header.kid).toBe(kid);
  const newest = await nodes.rotate(ISSUER);
  expect(keys.of(ISSUER).map((key) => key.kid)).toEqual([newest, kid]);
});

it('follows the lab file: another service account, another pod, none', async () => {
  const { nodes, declare, tokenOf, root } = node(fixedClock());
  await nodes.look();
  declare([cluster({ serviceAccounts: [account('pod-app01', 'other'), account('pod-app02')] })]);
  await nodes.look();
  expect(claimsOf(tokenOf()).sub).toBe('system:serviceaccount:default:other');
  expect(claimsOf(tokenOf('pod-app02')).sub).toBe('system:serviceaccount:default:workload');
  expect(nodes.progress()).toEqual({ pods: 2, projected: 2 });

  declare([cluster({ serviceAccounts: [account('pod-app02')] })]);
  await nodes.look();
  expect(existsSync(join(root, 'pod-app01', 'azure-identity-token'))).toBe(false);
  expect(tokenOf('pod-app02')).not.toBe('');
});

it('goes on with what it knows while the description cannot be read', async () => {
  const { nodes, declare } = node(fixedClock());
  await nodes.look();
  declare(undefined);
  await expect(nodes.look()).rejects.toThrow();
  expect(nodes.clusters()).toHaveLength(1);
});

it('makes one key for an issuer, however many look at once', async () => {
  const { nodes, keys } = node(fixedClock());
  await Promise.all([nodes.look(), nodes.look(), nodes.look()]);
  expect(keys.of(ISSUER)).toHaveLength(1);
});
