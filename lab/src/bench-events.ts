import { OFFICER, startTestVault, VAULT } from '@lab/keyvault/testing.ts';
import type { Events } from '@lab/shared/events.ts';
import { Agent, request } from 'undici';

const ROUNDS = 20;
const PER_ROUND = 200;

/** An app that records nothing. */
const NO_EVENTS: Events = {
  epoch: '',
  record: (_req, _res, next) => next(),
  add: () => {},
  latest: () => 0,
  since: () => [],
};

/**
 * What it costs a request that it is recorded: the median time of a secret read, over connections that stay open. Tokens are
 * not verified here, which takes longer than all else, so a real request loses less. The two take turns: the machine's speed
 * changes while they run.
 */
export async function eventOverhead(): Promise<{ withMs: number; withoutMs: number }> {
  const vaults = [await startTestVault(), await startTestVault({ events: NO_EVENTS })];
  const agent = new Agent({ connections: 1 });
  try {
    for (const { ask } of vaults) await ask('PUT', '/secrets/a', { body: { value: 'a' } });
    const times = vaults.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { port }] of vaults.entries()) {
        const measured = await read(port, agent);
        if (round > 0) times[index]?.push(...measured);
      }
    }
    const [withMs = 0, withoutMs = 1] = times.map(median);
    return { withMs, withoutMs };
  } finally {
    await agent.close();
    for (const vault of vaults) await vault.close();
  }
}

async function read(port: number, dispatcher: Agent): Promise<number[]> {
  const headers = { host: VAULT.host, authorization: `Bearer ${OFFICER}`, 'x-ms-client-request-id': 'bench' };
  const times: number[] = [];
  for (let count = 0; count < PER_ROUND; count += 1) {
    const started = performance.now();
    const { body, statusCode } = await request(`http://127.0.0.1:${port}/secrets/a?api-version=7.6`, {
      dispatcher,
      headers,
    });
    await body.dump();
    times.push(performance.now() - started);
    if (statusCode !== 200) throw new Error(`the vault answered ${statusCode}`);
  }
  return times;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
