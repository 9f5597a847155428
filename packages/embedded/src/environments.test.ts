import { expect, it } from 'vitest';
import { pastProxies } from './environments.ts';

it('names this machine as one that no proxy is asked for, besides those that are named already', () => {
  expect(pastProxies({ https_proxy: 'http://proxy:8080', no_proxy: '.corp' })).toEqual({
    NO_PROXY: '.corp,localhost,127.0.0.1',
    no_proxy: '.corp,localhost,127.0.0.1',
  });
  expect(pastProxies({ HTTP_PROXY: 'http://proxy:8080' })).toMatchObject({ NO_PROXY: 'localhost,127.0.0.1' });
  expect(pastProxies({ HTTP_PROXY: '' })).toEqual({});
});
