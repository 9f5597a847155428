import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { toOriginForm } from './request-target.ts';

const request = (url: string, ...hosts: string[]) =>
  ({
    url,
    httpVersion: '1.1',
    headers: { host: hosts[0] },
    rawHeaders: hosts.flatMap((host) => ['Host', host]),
  }) as unknown as IncomingMessage;

it.each([
  ['/a?b', '/a?b', 'here'],
  ['//a', '//a', 'here'],
  ['http://there/a?b', '/a?b', 'there'],
  ['HTTPS://there:81', '/', 'there:81'],
  ['http://there?b', '/?b', 'there'],
])('takes %s as the path %s at %s', (target, path, host) => {
  const req = request(target, 'here');
  expect(toOriginForm(req)).toBe(true);
  expect([req.url, req.headers.host]).toEqual([path, host]);
});

it.each(['*', 'http://[', 'http:///a', 'http://user@there/a', 'ftp://there/a', 'there:443', ''])(
  'refuses the target %j',
  (target) => expect(toOriginForm(request(target, 'here'))).toBe(false),
);

it('wants one Host and no second one, since HTTP/1.1', () => {
  expect(toOriginForm(request('/'))).toBe(false);
  expect(toOriginForm(request('/', 'here', 'there'))).toBe(false);
  expect(toOriginForm({ ...request('/'), httpVersion: '1.0' } as IncomingMessage)).toBe(true);
});
