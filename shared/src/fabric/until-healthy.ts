import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '../http/lifecycle.ts';
import { Agent, request } from '../http/outgoing.ts';

const HEALTHY_WITHIN_MS = 20_000;

/** A service is healthy once it knows what the lab contains; `imds`, once `entra` knows its certificates. */
export async function untilHealthy({ ports }: RunningService<'health'>): Promise<void> {
  const dispatcher = new Agent();
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  const isHealthy = async () => {
    const { statusCode, body } = await request(`http://127.0.0.1:${ports.health}/`, { dispatcher });
    await body.dump();
    return statusCode === 200;
  };
  try {
    while (!(await isHealthy())) {
      if (performance.now() > deadline) throw new Error(`a part of the lab is not ready after ${HEALTHY_WITHIN_MS} ms`);
      await sleep(10);
    }
  } finally {
    await dispatcher.destroy();
  }
}
