import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@lab/shared/clock.ts';
import { silentLog } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { beforeEach, expect, it } from 'vitest';
import { sqliteSigningKeys } from '../store/signing-keys.ts';
import { migrations, NOW, normalClaims } from '../testing.ts';
import { signToken, tokenHeader } from './access-token.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import {
  type GeneratedKey,
  generateSigningKey,
  KEPT_AFTER_RETIREMENT_SECONDS,
  ROTATION_SECONDS,
} from './signing-key.ts';
import { TOKEN_LIFE_SECONDS } from './token-life.ts';

// Keys are real, but made once: the ring is asked for many.
const made = await Promise.all(Array.from({ length: 6 }, () => generateSigningKey(NOW)));

let clock: ReturnType<typeof fixedClock>;
let db: ReturnType<typeof openDatabase>;
let supply: GeneratedKey[];
let generated: number;
const generate = async (): Promise<GeneratedKey> => {
  generated += 1;
  const key = supply.shift();
  if (!key) throw new Error('no more keys');
  return key;
};
const open = (): Promise<KeyRing> => openKeyRing({ store: sqliteSigningKeys(db), clock, log: silentLog, generate });
const kidsOf = (ring: KeyRing) => ring.published().map(({ kid }) => kid);

beforeEach(() => {
  clock = fixedClock(NOW);
  db = openDatabase(':memory:', migrations);
  supply = [...made];
  generated = 0;
});

it('has a current and a next key from the first start, and makes none at the second', async () => {
  const first = await open();
  const second = await open();
  expect(second.kids()).toEqual(first.kids());
  expect(generated).toBe(2);
});

it('publishes the next key before it signs', async () => {
  const ring = await open();
  const { current, next } = ring.kids();
  expect(kidsOf(ring)).toEqual([current, next]);
  await ring.rotate();
  expect(ring.current().kid).toBe(next);
});

it('signs with the new key at once, and keeps tokens of the old one verifiable for their whole life', async () => {
  const ring = await open();
  const old = ring.current();
  const claims = normalClaims('https://vault.azure.net');
  const token = signToken(tokenHeader('1.0', old.kid), claims, old);
  await ring.rotate();
  await ring.rotate();

  const isVerifiable = () => {
    const jwk = ring.published().find(({ kid }) => kid === old.kid);
    if (!jwk) return false;
    const [header, payload, signature = ''] = token.split('.');
    const key = createPublicKey({ key: { kty: jwk.kty, n: jwk.n, e: jwk.e }, format: 'jwk' });
    return verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  };
  clock.advance(TOKEN_LIFE_SECONDS + 300);
  expect(isVerifiable()).toBe(true);
  clock.advance(KEPT_AFTER_RETIREMENT_SECONDS);
  expect(isVerifiable()).toBe(false);
});

it('forgets the private key of a retired key at once, and all of it in the end', async () => {
  const ring = await open();
  await ring.rotate();
  const rows = () => db.prepare("SELECT private_key FROM signing_keys WHERE state = 'retired'").pluck().all();
  expect(rows()).toEqual([null]);
  clock.advance(KEPT_AFTER_RETIREMENT_SECONDS);
  await ring.rotate();
  expect(rows()).toHaveLength(1);
});

it('never shows a private member', async () => {
  const ring = await open();
  for (const jwk of ring.published()) expect(Object.keys(jwk)).toEqual(['kty', 'use', 'kid', 'x5t', 'n', 'e', 'x5c']);
});

it('rotates one after the other when asked twice at once', async () => {
  const ring = await open();
  const { current, next } = ring.kids();
  const [first, second] = await Promise.all([ring.rotate(), ring.rotate()]);
  expect(first).toMatchObject({ current: next, retired: [current] });
  expect(second.current).toBe(first.next);
  expect(new Set(second.retired)).toEqual(new Set([current, next]));
});

it('stays as it was when a key cannot be made, and rotates again later', async () => {
  const ring = await open();
  const before = ring.kids();
  const rest = supply;
  supply = [];
  await expect(ring.rotate()).rejects.toThrow('no more keys');
  expect(ring.kids()).toEqual(before);
  supply = rest;
  expect((await ring.rotate()).current).toBe(before.next);
});

it('rotates on its own after six weeks, once', async () => {
  const ring = await open();
  const { current, next } = ring.kids();
  clock.advance(ROTATION_SECONDS - 1);
  ring.rotateIfDue();
  await ring.settled();
  expect(ring.current().kid).toBe(current);
  clock.advance(1);
  ring.rotateIfDue();
  ring.rotateIfDue();
  await ring.settled();
  ring.rotateIfDue();
  await ring.settled();
  expect(ring.current().kid).toBe(next);
  expect(generated).toBe(3);
});

it('finds the same keys after the process was killed, whether or not it was about to rotate', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'entra-keys-'));
  try {
    db = openDatabase(join(directory, 'data.sqlite'), migrations);
    const ring = await open();
    await ring.rotate();
    const kids = ring.kids();
    supply = []; // the next rotation dies while its key is made
    await ring.rotate().catch(() => {});
    const afterwards = openDatabase(join(directory, 'data.sqlite'), migrations); // the first one is never closed
    const again = await openKeyRing({ store: sqliteSigningKeys(afterwards), clock, log: silentLog, generate });
    expect(again.kids()).toEqual(kids);
    expect(again.current().kid).toBe(kids.current);
    afterwards.close();
    db.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('refuses a second current key, whatever goes wrong', async () => {
  await open();
  expect(() => db.exec("UPDATE signing_keys SET state = 'current'")).toThrow(/UNIQUE/);
});
