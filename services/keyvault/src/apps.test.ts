import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failure, OFFICER, startTestVault, type TestVault, VAULT } from './testing.ts';

let vault: TestVault;
const logged: string[] = [];
beforeAll(async () => {
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged.push(String(chunk));
      done();
    },
  });
  vault = await startTestVault({ vaultHosts: { localhost: VAULT.name, '127.0.0.1:8443': 'kv-safe' }, log: pino(sink) });
  await vault.ask('PUT', '/secrets/db-pw', { body: { value: 'x' } });
});
afterAll(() => vault.close());

describe('api-version', () => {
  it.each([
    'api%2Dversion=2025-07-01',
    'API-Version=7.0',
    'api-version=7.6-preview.2',
    'api-version=7.9',
    'api-version=2016-10-01',
    'api-version=2025-06-01-preview',
    'api-version=2026-04-01',
    'api-version=7.6&outContentType=PEM',
  ])('accepts %s', async (query) => expect((await vault.ask('GET', '/secrets', { query })).status).toBe(200));

  it.each([
    ['', 'api-version must be specified'],
    ['api-version=', 'api-version must be specified'],
    [
      'api-version=2099-01-01',
      'The specified version (2099-01-01) is not recognized. Consider using the latest supported version (2026-04-01).',
    ],
    ['api-version=8.0', /^The specified version \(8\.0\) is not recognized\./],
    ['api-version=7.6%0D%0A', /is not recognized/],
    ['api-version=7.6&api-version=7.6', /'api-version' is given more than once/],
    ['api-version=7.6&API%2Dversion=7.5', /'api-version' is given more than once/],
    ['api-version=7.6&maxresults=1&maxresults=2', /'maxresults' is given more than once/],
  ])('refuses ?%s, before it asks for a role', async (query, message) => {
    vault.assignments.apply({ kind: 'roleDefinition', id: 'none', value: null });
    const answer = await vault.ask('GET', '/secrets', { query, token: '00000000-0000-4000-8000-000000000000' });
    expect(failure(answer)).toBe('400 BadParameter');
    if (typeof message === 'string') expect(answer.body.error.message).toBe(message);
    else expect(answer.body.error.message).toMatch(message);
  });
});

describe('methods', () => {
  it.each([
    ['PUT', '/secrets/', 405],
    ['POST', '/secrets/db-pw', 405],
    ['DELETE', '/secrets', 405],
    ['PUT', '/secrets/db-pw/0f8fad5bd9cb469fa16570867728950e', 405],
    ['GET', '/deletedsecrets/db-pw/recover', 405],
    ['OPTIONS', '/secrets', 405],
    ['TRACE', '/secrets', 405],
    ['PROPFIND', '/secrets/db-pw', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    const answer = await vault.ask(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: { code: 'MethodNotAllowed', message: `HTTP ${method} not allowed` } });
  });

  it('answers HEAD with 405 and no body', async () => {
    expect(await vault.ask('HEAD', '/secrets/db-pw')).toMatchObject({ status: 405, text: '' });
  });

  it('lets a POST stand for another method, and no other method for anything', async () => {
    const put = { headers: { 'x-http-method': 'PUT' }, body: { value: 'by post' } };
    expect((await vault.ask('POST', '/secrets/over', put)).body.value).toBe('by post');
    const get = { headers: { 'x-http-method': 'DELETE' } };
    expect((await vault.ask('GET', '/secrets/over', get)).body.value).toBe('by post');
    for (const method of ['TRACE', 'NO SUCH', 'PUT, PUT']) {
      const answer = await vault.ask('POST', '/secrets/over', { headers: { 'x-http-method': method } });
      expect(failure(answer)).toBe('400 BadParameter');
    }
  });
});

describe('hosts', () => {
  it.each([
    ['its own, in any case', 'KV-LAB.vault.azure.net', 'https://kv-lab.vault.azure.net'],
    ['with a port', 'kv-lab.vault.azure.net:8443', 'https://kv-lab.vault.azure.net:8443'],
    ['an override by name', 'localhost:49152', 'https://localhost:49152'],
  ])('reaches the vault by %s, and builds ids from it', async (_, host, origin) => {
    const { status, body } = await vault.ask('GET', '/secrets/db-pw', { host });
    expect(status).toBe(200);
    expect(new URL(body.id).origin).toBe(origin);
  });

  it('reaches another vault by an override with a port', async () => {
    const { headers } = await vault.ask('GET', '/secrets', { host: '127.0.0.1:8443' });
    expect(headers['x-ms-keyvault-rbac-assignment-id']).toBeDefined();
    expect((await vault.ask('GET', '/secrets/db-pw', { host: '127.0.0.1:8443' })).status).toBe(404);
  });

  it.each(['kv-none.vault.azure.net', '127.0.0.1:9999', 'kv-lab', 'constructor'])(
    'answers 404 without a challenge for %s',
    async (host) => {
      const answer = await vault.ask('GET', '/secrets', { host, token: null });
      expect(failure(answer)).toBe('404 VaultNotFound');
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    },
  );

  it.each(['kv-lab.vault.azure.net/..', 'a b', 'kv-lab.vault.azure.net:port', '[::1]', 'user@kv-lab.vault.azure.net'])(
    'answers 400 for the Host header %s',
    async (host) => expect(failure(await vault.ask('GET', '/secrets', { host }))).toBe('400 BadRequest'),
  );
});

it('answers 503, to be tried again, for as long as nobody has said which vaults there are', async () => {
  const early = await startTestVault({ isSynced: () => false });
  const answer = await early.ask('GET', '/secrets', { host: 'kv-none.vault.azure.net' });
  expect(failure(answer)).toBe('503 ServiceUnavailable');
  expect(answer.headers['retry-after']).toBe('1');
  await early.close();
});

describe('what is not there', () => {
  it.each([
    '/',
    '/keys',
    '/keys/k1//decrypt',
    '/certificates/web/pending',
    '/nothing',
    '/secrets/a/b/c',
    '/secrets//versions',
    '//secrets/db-pw',
  ])('answers 404 for %s', async (path) => expect(failure(await vault.ask('GET', path))).toBe('404 NotFound'));

  it('normalises no path: a segment of dots is a name', async () => {
    expect(failure(await vault.ask('GET', '/secrets/../secrets'))).toBe('400 BadParameter');
  });

  it('answers 400 for malformed percent-encoding', async () => {
    expect(failure(await vault.ask('GET', '/secrets/%ZZ'))).toBe('400 BadParameter');
    expect(failure(await vault.ask('GET', '/secrets/%C3'))).toBe('400 BadParameter');
  });
});

describe('bytes that are no request of ours', () => {
  const head = `Host: ${VAULT.host}\r\nAuthorization: Bearer ${OFFICER}\r\nConnection: close\r\n`;
  it.each([
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*"code":"BadRequest"/],
    ['a target that is no path', `GET http://[ HTTP/1.1\r\n${head}\r\n`, /^HTTP\/1\.1 40[04] [\s\S]*"error"/],
    ['the target *', `OPTIONS * HTTP/1.1\r\n${head}\r\n`, /^HTTP\/1\.1 40[045] [\s\S]*"error"/],
    ['two Host headers', `GET /secrets HTTP/1.1\r\nHost: other\r\n${head}\r\n`, /^HTTP\/1\.1 400 /],
    ['headers over the limit', `GET / HTTP/1.1\r\n${head}X: ${'x'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    [
      'a Content-Length that is none',
      `PUT /secrets/a HTTP/1.1\r\n${head}Content-Length: x\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'an unknown encoding of the body',
      `PUT /secrets/a?api-version=7.6 HTTP/1.1\r\n${head}Content-Encoding: odd\r\nContent-Length: 2\r\n\r\n{}`,
      /^HTTP\/1\.1 400 [\s\S]*BadParameter/,
    ],
    [
      'a body that is no gzip',
      `PUT /secrets/a?api-version=7.6 HTTP/1.1\r\n${head}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
      /^HTTP\/1\.1 400 [\s\S]*BadParameter/,
    ],
  ])('are refused: %s', async (_, bytes, expected) => {
    const text = await vault.send(bytes);
    expect(text).toMatch(expected);
    expect(text).not.toMatch(/at .*\.ts|node_modules|<html|<!DOCTYPE/i);
  });

  const half = (name: string) =>
    `PUT /secrets/${name}?api-version=7.6 HTTP/1.1\r\n${head}Content-Length: 99\r\n\r\n{"value":`;

  it('survives half a body whose sender is gone, and stores nothing of it', async () => {
    const before = vault.events.since(0).length;
    const socket = connect(vault.port, '127.0.0.1', () => socket.write(half('gone'), () => socket.destroy()));
    await vi.waitFor(() => expect(vault.events.since(0).length).toBeGreaterThan(before));
    expect(failure(await vault.ask('GET', '/secrets/gone'))).toBe('404 SecretNotFound');
  });

  it('answers half a body whose sender says that it was all', async () => {
    expect(await vault.send(half('ended'), { end: true })).toMatch(/^HTTP\/1\.1 400 [\s\S]*"error"/);
  });

  it('answers half a body whose sender falls silent, and closes', async () => {
    const impatient = await startTestVault({ silenceMs: 30 });
    const answer = await impatient.send(half('silent'));
    await impatient.close();
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"RequestTimeout"/);
  });
});

it('has logged no unexpected failure in all this', () => expect(logged).toEqual([]));
