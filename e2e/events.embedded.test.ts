import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';

type Span = { traceId: string; name: string; service: string };
const received: string[] = [];
let collector: Server;
let lab: EmbeddedLab;
/** What the program was given: no event may hold any of it. */
let given: { secret: string; token: string };

beforeAll(async () => {
  collector = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    received.push(text);
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  lab = await startLab({ collector: { endpoint, protocol: 'http/json' } });
  given = JSON.parse(await program(READ_A_SECRET));
  await program(ASK_FOR_WHAT_IS_REFUSED);
});
afterAll(async () => {
  await lab.close();
  collector.close();
});

async function program(source: string): Promise<string> {
  const environment = { ...process.env, ...lab.environment, VAULT_URL: lab.vaultUrls['kv-lab'], ARM_URL: lab.armUrl };
  const args = ['--input-type=module', '-e', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment, cwd: import.meta.dirname });
  return stdout;
}

const READ_A_SECRET = `
import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
const credential = new DefaultAzureCredential();
const client = new SecretClient(process.env.VAULT_URL, credential, { disableChallengeResourceVerification: true });
const { value } = await client.getSecret('ConnectionString');
const { token } = await credential.getToken('https://vault.azure.net/.default');
console.log(JSON.stringify({ secret: value, token }));
`;

const ASK_FOR_WHAT_IS_REFUSED = `
const { IDENTITY_ENDPOINT, IDENTITY_HEADER, VAULT_URL, ARM_URL, AZURE_AUTHORITY_HOST } = process.env;
const token = async (resource) => {
  const url = IDENTITY_ENDPOINT + '?api-version=2019-08-01&resource=' + encodeURIComponent(resource);
  return (await (await fetch(url, { headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER } })).json()).access_token;
};
const vault = await token('https://vault.azure.net');
const arm = await token('https://management.azure.com/');
const ask = (url, token, id) => fetch(url, { headers: { authorization: 'Bearer ' + token, 'x-ms-client-request-id': id } });
await ask(VAULT_URL + '/secrets/ConnectionString?api-version=7.6', arm, 'wrong-audience');
await ask(VAULT_URL + '/secrets/' + vault + '?api-version=7.6&sig=hush-query', vault, vault);
await ask(ARM_URL + '/subscriptions?api-version=2022-12-01', vault, 'arm-wrong-audience');
await fetch(IDENTITY_ENDPOINT + '?api-version=2019-08-01&resource=a', { headers: { 'X-IDENTITY-HEADER': 'hush-header' } });
await fetch(AZURE_AUTHORITY_HOST + 'contoso/oauth2/token', {
  method: 'POST',
  body: new URLSearchParams({ client_id: 'nobody', client_secret: 'hush-secret', grant_type: 'client_credentials', resource: 'a' }),
});
`;

const failing = async (filter: object) => (await lab.api.events.list({ outcome: 'failed', ...filter })).events;

it('shows each hop of a first secret: its checks, and the role assignment that decided', async () => {
  const { events } = await lab.api.events.list();
  const at = (service: string, operation: string) =>
    events.find((event) => event.service === service && event.operation === operation && event.status === 200);
  const challenge = events.find(({ service, status }) => service === 'keyvault' && status === 401);
  expect(challenge).toMatchObject({ checks: [{ check: 'bearer token', outcome: 'failed' }] });
  const handedOut = at('imds', 'GetManagedIdentityToken');
  expect(handedOut).toMatchObject({ virtualMachine: 'vm-app01', note: 'asked entra' });
  expect(at('entra', 'IssueToken')).toMatchObject({ virtualMachine: 'vm-app01', tokenId: handedOut?.tokenId });
  expect(at('keyvault', 'GetSecret')).toMatchObject({
    virtualMachine: 'vm-app01',
    tokenId: handedOut?.tokenId,
    clientRequestId: challenge?.clientRequestId,
    decision: { grantedBy: expect.stringContaining('roleAssignments') },
  });
});

it('finds what a machine did at every service by its name', async () => {
  const { events } = await lab.api.events.list({ workload: 'vm-app01' });
  expect(new Set(events.map(({ service }) => service))).toEqual(new Set(['imds', 'entra', 'keyvault']));
});

it('says of every refusal which check refused, and why', async () => {
  const reasonOf = (events: Awaited<ReturnType<typeof failing>>) =>
    events.flatMap((event) => (event.checks as { check: string; outcome: string }[] | undefined)?.at(-1) ?? []);
  expect(reasonOf(await failing({ clientRequestId: 'wrong-audience' }))).toMatchObject([
    { check: 'audience', outcome: 'failed' },
  ]);
  expect(reasonOf(await failing({ clientRequestId: 'arm-wrong-audience' }))).toMatchObject([
    { check: 'audience', outcome: 'failed' },
  ]);
  expect(reasonOf(await failing({ service: 'imds' }))).toContainEqual(
    expect.objectContaining({ check: 'identity header', outcome: 'failed' }),
  );
  const [refused] = await failing({ service: 'entra' });
  expect(refused).toMatchObject({ operation: 'IssueToken', errorCode: expect.stringMatching(/^AADSTS/) });
});

it('holds nothing in any event, or span, that a program was given or sent in secret', async () => {
  await expect.poll(() => received.join(), { timeout: 10_000 }).toContain('AADSTS');
  const events: string[] = [];
  let since: string | undefined;
  for (;;) {
    const page = await lab.api.events.list(since === undefined ? { limit: 20 } : { since, limit: 20 });
    if (page.events.length === 0) break;
    events.push(JSON.stringify(page.events));
    since = page.cursor;
  }
  const told = events.join() + received.join();
  const signature = given.token.split('.')[2] ?? '';
  const secrets = [given.secret, signature, lab.apiToken, ...lab.operators.map(({ clientSecret }) => clientSecret)];
  for (const secret of [...secrets, lab.environment.IDENTITY_HEADER ?? '', 'hush', 'eyJ']) {
    expect(secret).not.toBe('');
    expect(told.includes(secret)).toBe(false);
  }
});

it('sends one trace for the first secret to a collector, from the challenge to the answer', async () => {
  const spans = () =>
    received.flatMap((text) =>
      (JSON.parse(text).resourceSpans as { resource: Resource; scopeSpans: { spans: Span[] }[] }[]).flatMap(
        ({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: serviceOf(resource) }))),
      ),
    );
  await expect.poll(() => spans().some(({ name }) => name === 'GetSecret'), { timeout: 10_000 }).toBe(true);
  const { traceId } = spans().find(({ name }) => name === 'GetSecret') ?? {};
  const flow = spans().filter((span) => span.traceId === traceId);
  expect(flow.map(({ service, name }) => `${service} ${name}`)).toEqual(
    expect.arrayContaining(['keyvault GET', 'imds GetManagedIdentityToken', 'entra IssueToken', 'keyvault GetSecret']),
  );
});

type Resource = { attributes: { key: string; value: { stringValue?: string } }[] };
const serviceOf = ({ attributes }: Resource): string =>
  attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
