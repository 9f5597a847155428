import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestLab, type TestLab } from './testing.ts';

let lab: TestLab;
afterEach(() => lab.close());

describe('addresses', () => {
  it.each([
    ['an account that does not exist', '/', { Host: 'other.blob.core.windows.net' }, 404, 'ResourceNotFound'],
    ['a percent sign without digits', '/docs/%zz', {}, 400, 'InvalidUri'],
    ['bytes that are no UTF-8', '/docs/%ff', {}, 400, 'InvalidUri'],
    ['a zero byte', '/docs/a%00b', {}, 400, 'InvalidUri'],
    ['an empty container', '//docs/a', {}, 400, 'InvalidUri'],
    ['a name of 1025 characters', `/docs/${'a'.repeat(1025)}`, {}, 400, 'OutOfRangeInput'],
    ['255 segments', `/docs/${'a/'.repeat(254)}a`, {}, 400, 'InvalidUri'],
    ['an operation that there is not', '/docs/a?comp=everything', {}, 400, 'InvalidQueryParameterValue'],
    ['a parameter twice', '/docs/a?timeout=1&timeout=2', {}, 400, 'InvalidQueryParameterValue'],
  ])('%s', async (_, path, headers, status, code) => {
    lab = await startTestLab();
    expect(await lab.ask('GET', path, { headers })).toMatchObject({ status, code });
  });

  it('are decoded once: %2F is a slash, a plus is a plus, dots are names', async () => {
    lab = await startTestLab();
    await lab.container();
    await lab.put('/docs/a%2Fb', 'slash');
    await lab.put('/docs/a+b', 'plus');
    await lab.put('/docs/%252F', 'percent');
    await lab.put('/docs/../x', 'dots');
    expect((await lab.ask('GET', '/docs/a/b')).text).toBe('slash');
    expect((await lab.ask('GET', '/docs/a%2Bb')).text).toBe('plus');
    const listed = await lab.ask('GET', '/docs?restype=container&comp=list');
    expect(listed.text).toMatch(/<Name>%2F<.*<Name>\.\.\/x<.*<Name>a\+b<.*<Name>a\/b</);
  });

  it('ignore port and case of the host, the timeout, and names of parameters that mean nothing', async () => {
    lab = await startTestLab();
    await lab.container();
    const headers = { Host: 'STLAB.blob.core.windows.net:443' };
    expect((await lab.ask('GET', '/docs?restype=container&timeout=30&foo=bar', { headers })).status).toBe(200);
  });

  it('/{name} alone is a blob of $root', async () => {
    lab = await startTestLab();
    await lab.container('$root');
    await lab.put('/index.html', 'hello');
    expect((await lab.ask('GET', '/$root/index.html')).text).toBe('hello');
  });

  it('carry the account in the path in the embedded lab', async () => {
    lab = await startTestLab({ pathStyle: true });
    const headers = { Host: 'localhost:10443' };
    await lab.ask('PUT', '/stlab/docs?restype=container', { headers });
    const { text } = await lab.ask('GET', '/stlab/?comp=list', { headers });
    expect(text).toContain('ServiceEndpoint="https://localhost:10443/stlab/"');
    expect(text).toContain('<Name>docs</Name>');
    expect((await lab.ask('GET', '/other/?comp=list', { headers })).code).toBe('ResourceNotFound');
  });

  it('of unknown accounts are answered 503 for as long as nobody has said which there are', async () => {
    lab = await startTestLab({ isSynced: () => false });
    const headers = { Host: 'other.blob.core.windows.net' };
    expect(await lab.ask('GET', '/', { headers })).toMatchObject({ status: 503, code: 'ServerBusy' });
  });
});

describe('what is not there yet', () => {
  it.each([
    ['PUT', '/docs/a?comp=lease', 'contributor'],
    ['PUT', '/docs/a?comp=snapshot', 'contributor'],
    ['PUT', '/docs/a?comp=tier', 'contributor'],
    ['PUT', '/docs/a?comp=appendblock', 'contributor'],
    ['POST', '/docs/a?comp=query', 'contributor'],
    ['POST', '/?comp=batch', 'contributor'],
    ['POST', '/?restype=service&comp=userdelegationkey', 'owner'],
    ['PUT', '/?restype=service&comp=properties', 'owner'],
    ['PUT', '/docs?restype=container&comp=lease', 'contributor'],
    ['GET', '/docs?restype=container&comp=session', 'contributor'],
  ] as const)('%s %s is refused by name', async (method, path, as) => {
    lab = await startTestLab();
    expect(await lab.ask(method, path, { as })).toMatchObject({ status: 400, code: 'FeatureNotEnabled' });
  });

  it('a copy is refused, and is not taken for an empty upload', async () => {
    lab = await startTestLab();
    await lab.container();
    const headers = { 'x-ms-copy-source': 'https://stlab.blob.core.windows.net/docs/a', 'x-ms-blob-type': 'BlockBlob' };
    expect((await lab.ask('PUT', '/docs/b', { headers })).code).toBe('FeatureNotEnabled');
    expect((await lab.ask('HEAD', '/docs/b')).status).toBe(404);
  });

  it('preflights of browsers find no rule', async () => {
    lab = await startTestLab();
    const headers = { Origin: 'https://a.example', 'Access-Control-Request-Method': 'PUT', Authorization: undefined };
    expect(await lab.ask('OPTIONS', '/docs/a', { headers })).toMatchObject({
      status: 403,
      code: 'CorsPreflightFailure',
    });
  });

  it.each([
    ['PATCH', '/docs/a', 'PUT, GET, HEAD, DELETE'],
    ['POST', '/docs?restype=container', 'PUT, GET, HEAD, DELETE'],
    ['DELETE', '/?comp=list', 'GET'],
  ])('%s %s is answered 405 with Allow', async (method, path, allow) => {
    lab = await startTestLab();
    const answer = await lab.ask(method, path);
    expect(answer).toMatchObject({ status: 405, code: 'UnsupportedHttpVerb' });
    expect(answer.headers.allow).toBe(allow);
  });
});

it('says what the account is', async () => {
  lab = await startTestLab();
  const { headers } = await lab.ask('HEAD', '/docs?restype=account&comp=properties', { as: 'owner' });
  expect(headers).toMatchObject({
    'x-ms-sku-name': 'Standard_LRS',
    'x-ms-account-kind': 'StorageV2',
    'x-ms-is-hns-enabled': 'false',
  });
  const properties = await lab.ask('GET', '/?restype=service&comp=properties', { as: 'owner' });
  expect(properties.text).toContain('<StorageServiceProperties><Logging><Version>1.0</Version>');
});

it('echoes a request id of at most 1024 visible characters, and no other', async () => {
  lab = await startTestLab();
  const echo = async (id: string) =>
    (await lab.ask('GET', '/', { headers: { 'x-ms-client-request-id': id } })).headers['x-ms-client-request-id'];
  expect(await echo('abc-1')).toBe('abc-1');
  expect(await echo('a'.repeat(1025))).toBeUndefined();
  expect(await echo('a b')).toBeUndefined();
});

it('answers bytes that are no request in XML, and lives', async () => {
  lab = await startTestLab();
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(lab.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  expect(answer).toContain('HTTP/1.1 400');
  expect(answer).toContain('x-ms-error-code: InvalidInput');
  expect(answer).toContain('<Code>InvalidInput</Code>');
  expect((await lab.container()).status).toBe(201);
});

it('writes errors as Azure does', async () => {
  lab = await startTestLab();
  const { text, headers } = await lab.ask('GET', '/docs/a');
  expect(headers['content-type']).toBe('application/xml');
  expect(text).toMatch(
    /^<\?xml version="1.0" encoding="utf-8"\?><Error><Code>ContainerNotFound<\/Code><Message>The specified container does not exist\.\nRequestId:[0-9a-f-]{36}\nTime:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z<\/Message><\/Error>$/,
  );
});
