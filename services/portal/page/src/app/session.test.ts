import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const CODE = 'k7m2x-9qd4f';

let changed: (() => void)[];
const shown: string[] = [];
const asked: unknown[] = [];
const reload = vi.fn();
/** Anew, so that nobody has the code any more. */
let isRestarted = false;
let isSilent = false;
const location = { hash: '', pathname: '/', reload };

beforeEach(async () => {
  changed = [];
  shown.length = 0;
  asked.length = 0;
  isRestarted = false;
  isSilent = false;
  reload.mockClear();
  location.hash = '#/flow';
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', { replaceState: (_state: unknown, _title: string, to: string) => shown.push(to) });
  vi.stubGlobal('addEventListener', (name: string, listener: () => void) => {
    if (name === 'hashchange') changed.push(listener);
  });
  vi.stubGlobal('fetch', async (path: string, { method, body }: RequestInit) => {
    if (isSilent) throw new TypeError('Failed to fetch');
    if (method === 'POST') asked.push(JSON.parse(String(body)));
    if (isRestarted && method === 'GET' && path.endsWith('/faults')) return Response.json({}, { status: 401 });
    if (isRestarted && method === 'GET') return Response.json({ role: 'none' });
    const isWrong = isRestarted || String(body).includes('wrong');
    return Response.json(isWrong ? { error: { code: 'WrongCode', message: '' } } : { role: 'trainer' }, {
      status: isWrong ? 401 : 200,
    });
  });
  vi.resetModules();
  const { openPage } = await import('./session.ts');
  await openPage();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const follow = (hash: string) => {
  location.hash = hash;
  for (const listener of changed) listener();
};

it('takes the code out of the address of a page that is open already, and begins anew as who it is', async () => {
  follow(`#/room?code=${CODE}`);
  expect(shown).toEqual(['#/room']);
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
  expect(asked).toEqual([{ code: CODE }]);
});

it('goes on as it was where nobody has the code, and without one', async () => {
  follow('#/room?code=wrong');
  expect(shown).toEqual(['#/room']);
  await vi.waitFor(() => expect(asked).toEqual([{ code: 'wrong' }]));
  follow('#/flow?flow=x');
  expect([shown.length, reload.mock.calls.length]).toEqual([1, 0]);
});

it('tries a code that nobody has any more once, and asks who somebody is', async () => {
  const [{ ask }, { signIn }] = await Promise.all([import('../api/lab.ts'), import('./session.ts')]);
  await signIn(CODE);
  asked.length = 0;
  isRestarted = true;
  for (let round = 0; round < 3; round += 1) await expect(ask('GET', '/faults')).rejects.toThrow();
  expect(asked.filter((body) => (body as { code?: string }).code !== undefined)).toEqual([{ code: CODE }]);
});

it('uses the code of a link when the lab answers again: it is in the address no more', async () => {
  vi.useFakeTimers();
  vi.resetModules();
  isSilent = true;
  location.hash = `#/room?code=${CODE}`;
  await (await import('./session.ts')).openPage();
  expect([shown, asked]).toEqual([['#/room'], []]);
  isSilent = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toEqual([{ code: CODE }]);
});
