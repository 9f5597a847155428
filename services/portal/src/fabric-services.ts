import type { FlowEvent } from '@lab/shared/events.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { z } from 'zod';
import type { EventService, Services } from './domain/services.ts';

/**
 * The services of the lab, asked over the fabric with the portal's certificate.
 * @param absent Those that this lab does without: they are not asked, and nothing happens there.
 */
export const fabricServices = (fabric: FabricClient, absent: readonly EventService[] = []): Services => ({
  health: async (service) => {
    try {
      const { status, body } = await fabric.call(service, 'GET', '/health', { timeoutMs: TIMEOUT_MS });
      return status === 200 ? HealthBody.parse(body) : { ready: false, detail: `It answered ${status}.` };
    } catch (error) {
      return { ready: false, detail: whyUnreachable(error) };
    }
  },
  events: async (service, after) => {
    if (absent.includes(service)) return { events: [], at: { epoch: 'absent', sequence: 0 } };
    try {
      const asked =
        after === 'now' ? `since=${Number.MAX_SAFE_INTEGER}` : `since=${after.sequence}&epoch=${after.epoch}`;
      const { status, body } = await fabric.call(service, 'GET', `/events?${asked}`, { timeoutMs: TIMEOUT_MS });
      if (status !== 200) return undefined;
      const { events, latest, epoch } = EventsBody.parse(body);
      // Of whom was asked: a cursor counts by it.
      return {
        events: events.map((event) => ({ ...event, service }) as unknown as FlowEvent),
        at: { epoch, sequence: latest },
      };
    } catch {
      return undefined;
    }
  },
});

const TIMEOUT_MS = 2_000;

const HealthBody = z.object({ ready: z.boolean(), detail: z.string().exactOptional() });

/** What every event has is checked; the rest is shown as it is. */
const EventsBody = z.object({
  events: z.array(
    z.looseObject({
      sequence: z.number(),
      service: z.string(),
      at: z.string(),
      durationMs: z.number(),
      remoteAddress: z.string(),
      method: z.string(),
      host: z.string(),
      path: z.string(),
      status: z.number(),
    }),
  ),
  latest: z.number(),
  epoch: z.string(),
});

/** In one sentence, with the system's word for it where there is one: EAI_AGAIN, ECONNREFUSED. */
export function whyUnreachable(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? `It cannot be reached (${code}).` : 'It cannot be reached.';
}
