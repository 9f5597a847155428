import type { FlowEvent } from '@managed-identity-lab/client';
import type { Page } from 'playwright-core';

/** One of four events of a flow that uses a token. */
export function made(service: string, sequence: number, atMs: number): FlowEvent {
  const flow = Math.floor(sequence / 4);
  return {
    ...{ sequence, service, durationMs: 3, remoteAddress: '10.88.0.130', method: 'GET', host: service, path: '/' },
    at: new Date(1_767_225_600_000 + atMs).toISOString(),
    status: sequence % 7 === 0 ? 403 : 200,
    caller: 'vm-app01',
    clientRequestId: `c${flow}`,
    ...(service === 'keyvault' && { operation: 'GetSecret', principalId: 'p' }),
  };
}

/**
 * Answers in place of the lab: this many events, and then a stream that ends again and again until it has told the next ones,
 * and says nothing more; or none from the beginning. One that went on ending would soon fill the list of what has happened.
 */
export const flood = (page: Page, count: number, options?: { ends: boolean }) =>
  told(
    page,
    Array.from({ length: count }, (_, index) => made('keyvault', index, index * 20)),
    options,
  );

export function told(page: Page, all: readonly FlowEvent[], { ends = true } = {}) {
  const stream: { next: FlowEvent[] } = { next: [] };
  let hasTold = false;
  const pageOf = (from: number) => ({
    events: all.slice(from, from + 1_000),
    cursor: String(from + 1_000),
    unheard: [],
    missed: [],
  });
  void page.route('**/lab/v1/events?*', (route) => {
    const since = Number(new URL(route.request().url()).searchParams.get('since') ?? 0);
    return route.fulfill({ json: pageOf(since) });
  });
  void page.route('**/lab/v1/events/stream?*', (route) => {
    if (!ends || hasTold) return;
    hasTold = stream.next.length > 0;
    const told = stream.next.map((event) => `id: 1\ndata: ${JSON.stringify(event)}\n\n`).join('');
    stream.next = [];
    return route.fulfill({ contentType: 'text/event-stream', body: `id: 1\n: heartbeat\n\n${told}` });
  });
  return stream;
}
