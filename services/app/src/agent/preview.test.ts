import { expect, it } from 'vitest';
import { previewRoutes } from './preview.ts';

const asked = { body: undefined, accept: '' };

function start({ wayOut = false, fails = false } = {}) {
  const open: string[] = [];
  let pages = 0;
  const { routes, close: end } = previewRoutes({
    start: async () => {
      if (fails) throw new Error('EADDRNOTAVAIL');
      pages += 1;
      const name = `page ${pages}`;
      open.push(name);
      return {
        port: 80,
        close: async () => {
          open.splice(open.indexOf(name), 1);
        },
      };
    },
    leadsOut: async () => wayOut,
  });
  const ask = async (path: string) => {
    const answer = await routes.find((route) => route.path === path)?.answer(asked);
    return [answer?.status, answer?.body];
  };
  return { open, ask, end };
}

it('has no page until it is told to open it, and none after it was closed', async () => {
  const { open, ask } = start();
  expect(open).toEqual([]);
  expect(await ask('/preview/open')).toEqual([200, { open: true }]);
  expect(open).toHaveLength(1);
  expect(await ask('/preview/close')).toEqual([200, { open: false }]);
  expect(open).toEqual([]);
});

it('opens one page, however often it is told to', async () => {
  const { open, ask } = start();
  await Promise.all([ask('/preview/open'), ask('/preview/open')]);
  expect(open).toHaveLength(1);
});

it('closes what is being opened', async () => {
  const { open, ask } = start();
  await Promise.all([ask('/preview/open'), ask('/preview/close')]);
  expect(open).toEqual([]);
});

it('closes where nothing is open', async () => {
  expect(await start().ask('/preview/close')).toEqual([200, { open: false }]);
});

it('opens no page on a machine that has a way out of the lab', async () => {
  const { open, ask } = start({ wayOut: true });
  expect(await ask('/preview/open')).toMatchObject([409, { error: { code: 'DefaultRoute' } }]);
  expect(open).toEqual([]);
});

it('says that a machine has no name for a page', async () => {
  expect(await start({ fails: true }).ask('/preview/open')).toMatchObject([409, { error: { code: 'NoPage' } }]);
});

it('is gone with the agent', async () => {
  const { open, ask, end } = start();
  await ask('/preview/open');
  await end();
  expect(open).toEqual([]);
});
