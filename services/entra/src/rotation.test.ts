import { silentLog } from '@lab/shared/log.ts';
import { remoteKeys } from '@lab/shared/tokens/jwks.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { expect, it } from 'vitest';
import { graphOf, OPERATOR, OPERATOR_CHANGE, OPERATOR_SECRET } from './graph/testing.ts';
import { headerOf, send, startPublicApp, TENANT, tokenForm } from './testing.ts';

/** As in the data planes, only shorter: an unknown key is asked for once in this time. */
const COOLDOWN_MS = 20;
const ROTATIONS = 4;

it('signing keys rotate under load without one failed token request and one refused token', async () => {
  const app = await startPublicApp();
  app.follow(OPERATOR_CHANGE);
  const { tokenWith } = graphOf(app);
  const keys = remoteKeys({
    url: `${app.origin}/common/discovery/keys`,
    fetchKeySet: async (url) => (await send(url)).body as { keys: unknown },
    log: silentLog,
    cooldownMs: COOLDOWN_MS,
  });
  const verify = tokenVerifier({ keyFor: keys.keyFor, clock: app.clock });
  const expected = { tenantId: TENANT.tenantId, audiences: ['https://vault.azure.net'] };
  const [secret, assertion] = [
    {
      client_id: OPERATOR.clientId,
      client_secret: OPERATOR_SECRET,
      client_assertion: undefined,
      client_assertion_type: undefined,
    },
    {},
  ];

  let rotating = true;
  const outcomes = new Map<string, number>();
  const kids = new Set<unknown>();
  const held: string[] = [];
  const caller = async (fields: Record<string, string | undefined>) => {
    while (rotating) {
      const url = `${app.origin}/${TENANT.tenantId}/oauth2/v2.0/token`;
      const { status, body } = await send(url, { method: 'POST', body: tokenForm(fields) });
      const token = String(body.access_token);
      kids.add(headerOf(token).kid);
      held.push(token);
      const outcome = await verify(token, expected).then(
        () => `${status}, accepted`,
        (error) => `${status}, ${error.message}`,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const load = Promise.all([secret, assertion, secret, assertion].map(caller));
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    const tokens = held.length;
    const rotated = performance.now();
    await app.keys.rotate();
    // The next rotation comes when tokens of this key were seen, and no earlier than an unknown key may be asked for again.
    await expect.poll(() => held.length - tokens, { interval: 5 }).toBeGreaterThan(8);
    await expect.poll(() => performance.now() - rotated, { interval: 5 }).toBeGreaterThan(2 * COOLDOWN_MS);
  }
  rotating = false;
  await load;
  expect([...outcomes.keys()]).toEqual(['200, accepted']);
  expect(kids.size).toBe(ROTATIONS + 1);
  // Those of the first key too, which has retired long since.
  for (const token of held) await expect(verify(token, expected)).resolves.toBeDefined();
  await expect(verify(tokenWith([]), expected)).rejects.toThrow('Audience');
  keys.close();
  await app.close();
});
