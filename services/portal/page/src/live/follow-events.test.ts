import type { FlowEvent } from '@managed-identity-lab/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eventStore } from './event-store.ts';
import { followEvents } from './follow-events.ts';

/** What the lab is asked, in order; and how it answers, by the beginning of the path. */
let asked: string[] = [];
let answers: Record<string, (init: RequestInit) => Response | Promise<Response>> = {};
let stop: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  stop = new AbortController();
  answers = { '/events?': () => page([], 'c0'), '/events/stream': () => stream().answer };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.replace('lab/v1', '');
    asked.push(path);
    const [, answer] = Object.entries(answers).find(([begin]) => path.startsWith(begin)) ?? [];
    if (!answer) throw new TypeError('nobody is there');
    return answer(init);
  });
});
afterEach(() => {
  stop.abort();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const event = (sequence: number) => ({ service: 'imds', sequence }) as FlowEvent;
const page = (events: FlowEvent[], cursor: string) => Response.json({ events, cursor, unheard: [], missed: [] });
const refusal = (status: number) => Response.json({ error: { code: 'No', message: 'No.' } }, { status });

/** A stream that stays open until it is ended. */
function stream(init?: RequestInit) {
  let control: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      control = controller;
    },
  });
  init?.signal?.addEventListener('abort', () => control.error(init.signal?.reason));
  return {
    answer: new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }),
    tell: (text: string) => control.enqueue(new TextEncoder().encode(text)),
    end: () => control.close(),
  };
}

function following() {
  const store = eventStore({ later: (work) => work() });
  void followEvents(store, stop.signal);
  return store;
}
const passed = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const sequences = (store: ReturnType<typeof following>) => store.read().events.map(({ sequence }) => sequence);
const streams = () => asked.filter((path) => path.startsWith('/events/stream'));

it('reads what the lab remembers, page by page, and then what happens after it', async () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => event(index + 1));
  answers = { '/events?limit=1000&since=c1': () => page([event(1_001)], 'c2'), ...answers };
  answers['/events?'] = () => page(thousand, 'c1');
  const open = stream();
  answers['/events/stream'] = () => open.answer;
  const store = following();
  await passed(0);
  open.tell(`id: c3\ndata: ${JSON.stringify(event(1_002))}\n\n`);
  await passed(0);
  expect(sequences(store).slice(-2)).toEqual([1_001, 1_002]);
  expect(asked).toEqual(['/events?limit=1000', '/events?limit=1000&since=c1', '/events/stream?since=c2']);
  expect(store.read().connection).toBe('live');
});

it('goes on after the last event that it has seen, where the stream ends', async () => {
  const first = stream();
  answers['/events/stream'] = () => (streams().length === 1 ? first.answer : stream().answer);
  const store = following();
  await passed(0);
  first.tell(`id: c7\ndata: ${JSON.stringify(event(7))}\n\n`);
  await passed(0);
  first.end();
  await passed(0);
  expect(store.read().connection).toBe('lost');
  await passed(600);
  expect(streams()).toEqual(['/events/stream?since=c0', '/events/stream?since=c7']);
  expect(store.read().connection).toBe('live');
  expect(sequences(store)).toEqual([7]);
});

it('takes a stream that says nothing for fifteen seconds for lost; a word every five seconds is enough', async () => {
  let open = stream();
  answers['/events/stream'] = (init) => {
    open = stream(init);
    return open.answer;
  };
  const store = following();
  for (let times = 0; times < 5; times += 1) {
    await passed(5_000);
    open.tell('id: c1\n: heartbeat\n\n');
  }
  await passed(14_900);
  expect([store.read().connection, streams().length]).toEqual(['live', 1]);
  await passed(200);
  expect(store.read().connection).toBe('lost');
  await passed(1_000);
  expect([store.read().connection, streams().at(-1)]).toEqual(['live', '/events/stream?since=c0']);
});

it('takes a lab that does not begin to answer for fifteen seconds for lost as well', async () => {
  answers['/events/stream'] = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const store = following();
  await passed(15_100);
  expect(store.read().connection).toBe('lost');
});

it('begins anew where the lab does not know its cursor any more', async () => {
  answers['/events/stream'] = () => (streams().length === 1 ? refusal(400) : stream().answer);
  const store = following();
  await passed(0);
  answers['/events?'] = () => page([event(1)], 'new');
  await passed(1_000);
  expect(asked).toEqual([
    '/events?limit=1000',
    '/events/stream?since=c0',
    '/events?limit=1000',
    '/events/stream?since=new',
  ]);
  expect(sequences(store)).toEqual([1]);
});

it.each([403, 500, 503])('keeps its cursor where the lab answers %d: nothing is told twice', async (status) => {
  answers['/events/stream'] = () => (streams().length === 1 ? refusal(status) : stream().answer);
  following();
  await passed(1_000);
  expect(asked).toEqual(['/events?limit=1000', '/events/stream?since=c0', '/events/stream?since=c0']);
});

it('waits longer each time that nobody answers, five seconds at most, and shortly again once it was told something', async () => {
  delete answers['/events/stream'];
  following();
  const pauses: number[] = [];
  let before = Date.now();
  for (let times = 1; times <= 8; times += 1) {
    while (streams().length <= times) await passed(50);
    pauses.push(Math.round((Date.now() - before) / 100) * 100);
    before = Date.now();
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000]);
  answers['/events/stream'] = () => new Response('id: c9\n: heartbeat\n\n');
  await passed(5_000);
  const known = streams().length;
  await passed(600);
  expect(streams().length).toBe(known + 1);
});

it('opens a session where its own has ended, and goes on where it was', async () => {
  let hasSession = false;
  answers['/session'] = () => {
    hasSession = true;
    return Response.json({ role: 'trainer' });
  };
  answers['/events/stream'] = () => (hasSession ? stream().answer : refusal(401));
  const store = following();
  await passed(0);
  expect(asked).toEqual(['/events?limit=1000', '/events/stream?since=c0', '/session', '/events/stream?since=c0']);
  expect([store.read().connection, store.read().notices]).toEqual(['live', []]);
});

it('asks nobody any more when it is stopped', async () => {
  answers['/events/stream'] = (init) => stream(init).answer;
  const store = following();
  await passed(0);
  stop.abort();
  await passed(60_000);
  expect([streams().length, store.read().connection]).toEqual([1, 'live']);
});
