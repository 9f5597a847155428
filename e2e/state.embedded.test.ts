/** Reset, snapshots, and a partial lab file, as whoever uses the lab's public APIs sees them. */
import { readFileSync } from 'node:fs';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const LAB = `
tenants:
  - name: contoso
    subscriptions:
      - name: apps
        resourceGroups:
          - name: rg
            virtualMachines: [{ name: vm-app01, systemAssignedIdentity: true }]
            userAssignedIdentities: [{ name: id-orders }]
            vaults:
              - name: kv-lab
                secrets: { Greeting: hello, Other: thing }
                roleAssignments:
                  - { principal: vm-app01, role: Key Vault Administrator }
            storageAccounts:
              - name: stlab
                containers: [{ name: samples, blobs: { welcome.txt: Welcome. } }]
                roleAssignments: [{ principal: vm-app01, role: Storage Blob Data Owner }]
`;

let lab: EmbeddedLab;
let dispatcher: Agent;
beforeAll(async () => {
  lab = await startLab({ lab: LAB });
  dispatcher = new Agent({ connect: { ca: readFileSync(lab.caBundle) } });
});
afterAll(async () => {
  await dispatcher?.destroy();
  await lab?.close();
});

type Answer = { readonly status: number; readonly text: string };

async function send(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const answer = await request(url, {
    method: method as 'GET',
    dispatcher,
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

/** A token of a machine's identity; undefined where it gets none. */
async function tokenOf(resource: string, machine = 'vm-app01'): Promise<string | undefined> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER = '' } = lab.virtualMachines[machine]?.environment ?? {};
  const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${resource}`;
  const { text } = await send('GET', url, { 'X-IDENTITY-HEADER': IDENTITY_HEADER });
  return JSON.parse(text).access_token;
}

async function operatorToken(scope: string): Promise<string> {
  const [{ tenantId, clientId, clientSecret } = { tenantId: '', clientId: '', clientSecret: '' }] = lab.operators;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { text } = await send('POST', `${lab.authorityUrl}/${tenantId}/oauth2/v2.0/token`, headers, form.toString());
  return JSON.parse(text).access_token;
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });
const json = { 'content-type': 'application/json' };

async function vault(method: string, path: string, body?: object): Promise<Answer> {
  const url = `${lab.vaultUrls['kv-lab']}${path}${path.includes('?') ? '&' : '?'}api-version=7.4`;
  const token = await tokenOf('https://vault.azure.net');
  return send(method, url, { ...bearer(token), ...json }, body && JSON.stringify(body));
}

async function blob(method: string, path: string, body?: string): Promise<Answer> {
  const token = await tokenOf('https://storage.azure.com');
  const headers = {
    ...bearer(token),
    'x-ms-version': '2021-12-02',
    ...(body !== undefined && { 'x-ms-blob-type': 'BlockBlob' }),
  };
  return send(method, `${lab.accountUrls.stlab}${path}`, headers, body);
}

async function arm(method: string, path: string, body?: object): Promise<Answer> {
  const token = await operatorToken('https://management.azure.com/.default');
  const url = `${lab.armUrl}${path}${path.includes('?') ? '&' : '?'}api-version=2024-11-01`;
  return send(method, url, { ...bearer(token), ...json }, body && JSON.stringify(body));
}

async function graph(method: string, path: string, body?: object): Promise<Answer> {
  const token = await operatorToken('https://graph.microsoft.com/.default');
  return send(method, `${lab.graphUrl}/v1.0${path}`, { ...bearer(token), ...json }, body && JSON.stringify(body));
}

const idOf = async (kind: string, name: string): Promise<string> =>
  (await lab.api.state.resources(kind)).find((one) => one.name === name)?.id ?? '';

/** What differs each time that a thing is made, and is none of its state. */
const VOLATILE =
  /"(createdAt|updatedAt|created|updated|createdDateTime|systemData|etag|recoveryId|id|kid|now)":("[^"]*"|\d+)/g;

/** The lab as its public APIs show it. */
async function seen(): Promise<unknown> {
  const secrets = await vault('GET', '/secrets');
  const names = ((JSON.parse(secrets.text).value ?? []) as { id: string }[]).map(
    ({ id }) => id.split('/').at(-1) ?? '',
  );
  const values = await Promise.all(
    names.map(async (name) => JSON.parse((await vault('GET', `/secrets/${name}`)).text).value),
  );
  const { text: applications } = await graph('GET', '/applications');
  const { offsetSeconds, heldAt } = await lab.api.clock.read();
  const samples = await blob('GET', '/samples?restype=container&comp=list');
  return {
    resources: JSON.parse(
      JSON.stringify(await lab.api.state.resources()).replaceAll(/"(createdAt|updatedAt)":\d+/g, '"time":0'),
    ),
    vault: secrets.status,
    secrets: names.map((name, index) => [name, values[index]]).sort(),
    deleted: (await vault('GET', '/deletedsecrets')).text.replaceAll(VOLATILE, ''),
    containers: [...(await blob('GET', '/?comp=list')).text.matchAll(/<Name>([^<]*)/g)].map(([, name]) => name),
    blobs: [...samples.text.matchAll(/<Name>([^<]*)/g)].map(([, name]) => name),
    welcome: (await blob('GET', '/samples/welcome.txt')).text,
    applications: (JSON.parse(applications).value as { displayName: string }[])
      .map(({ displayName }) => displayName)
      .sort(),
    clock: { offsetSeconds, heldAt },
  };
}

/** Everything that can be changed, each by its own API. */
const CHANGES: Record<string, () => Promise<unknown>> = {
  'a secret is set': () => vault('PUT', '/secrets/Greeting', { value: 'changed' }),
  'a secret is added': () => vault('PUT', '/secrets/Added', { value: 'new' }),
  'a secret is deleted': () => vault('DELETE', '/secrets/Other'),
  'a blob is written': () => blob('PUT', '/samples/welcome.txt', 'Changed.'),
  'a blob is added': () => blob('PUT', '/samples/added.txt', 'New.'),
  'a container is added': () => blob('PUT', '/added?restype=container'),
  'a block waits': () => blob('PUT', '/samples/waiting?comp=block&blockid=YQ==', 'x'),
  'an application is made': () => graph('POST', '/applications', { displayName: 'made' }),
  'an identity is made': async () => {
    const group = await idOf('resourceGroup', 'rg');
    return arm('PUT', `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-made`, {
      location: 'westeurope',
    });
  },
  'a role is taken away': async () => {
    const [, second] = await lab.api.state.resources('roleAssignment');
    return arm('DELETE', second?.id ?? '');
  },
  'a machine is added': () =>
    lab.api.state.apply({
      tenants: [
        {
          name: 'contoso',
          subscriptions: [
            {
              name: 'apps',
              resourceGroups: [{ name: 'rg', virtualMachines: [{ name: 'vm-added', systemAssignedIdentity: true }] }],
            },
          ],
        },
      ],
    }),
  'a vault is added': () =>
    lab.api.state.apply(
      'tenants: [{ name: contoso, subscriptions: [{ name: apps, resourceGroups: [{ name: rg, vaults: [{ name: kv-added, secrets: { A: b } }] }] }] }]',
    ),
  'the clock goes on': () => lab.api.clock.forward(7_200),
  'the clock is held': () => lab.api.clock.hold(),
};

/** The same numbers in each run, so that one that fails can be looked at. */
function shuffled<T>(all: readonly T[], seed: number): T[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state;
  };
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
const someOf = (seed: number) => shuffled(Object.keys(CHANGES), seed).slice(0, 6);
const make = async (names: readonly string[]) => {
  for (const name of names) await CHANGES[name]?.();
};

let first: unknown;
beforeAll(async () => {
  first = await seen();
});
beforeEach(async () => {
  await lab.api.state.reset();
});

describe('a reset', () => {
  it.each([
    ['all of it', Object.keys(CHANGES)],
    ['one choice', someOf(1)],
    ['another choice', someOf(2)],
    ['a third choice', someOf(3)],
  ])('undoes whatever was done, as the first start left it: %s', async (_, names) => {
    await make(names);
    expect(await seen()).not.toEqual(first);
    const { durationMs } = await lab.api.state.reset();
    expect(await seen()).toEqual(first);
    expect(durationMs).toBeLessThan(2_000);
  });
});

describe('a snapshot', () => {
  it.each([[4], [5], [6]])('brings back what was there when it was taken, whatever came after (%i)', async (seed) => {
    await make(someOf(seed));
    const then = await seen();
    await lab.api.snapshots.take('then');
    await make(someOf(seed + 10));
    await lab.api.state.reset();
    await make(someOf(seed + 20));
    await lab.api.snapshots.restore('then');
    expect(await seen()).toEqual(then);
  });
});
