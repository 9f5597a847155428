/** What one writes to Resource Manager holds: at once, by many, through a kill in the middle, and in great numbers. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimsOf,
  docker,
  eventually,
  killNode,
  type Lab,
  type LabAnswer,
  type LabRequest,
  PROJECT,
  startLab,
} from './lab.ts';

let lab: Lab;
let operator: { tenantId: string; clientId: string; clientSecret: string; subscriptions: Record<string, string> };
beforeAll(async () => {
  lab = await startLab({ variant: 'tests', labFile: './lab.yaml' });
  const { stdout } = await lab.exec('tester', ['cat', '/state/operator/credentials.json']);
  const [contoso] = JSON.parse(stdout);
  const subscriptions = contoso.subscriptions.map((s: { name: string; subscriptionId: string }) => [
    s.name,
    s.subscriptionId,
  ]);
  operator = { ...contoso, subscriptions: Object.fromEntries(subscriptions) };
});
afterAll(() => lab?.down());

const ARM = 'https://management.azure.com';
const VAULT_URL = 'https://kv-lab.vault.azure.net';
const VERSIONS = { identities: '2023-01-31', machines: '2024-11-01', assignments: '2022-04-01' };
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';

const groupOf = (group: string, subscription: string) =>
  `/subscriptions/${operator.subscriptions[subscription]}/resourceGroups/${group}`;
const vaultId = () => `${groupOf('rg-data', 'contoso-data')}/providers/Microsoft.KeyVault/vaults/kv-lab`;
const roleDefinitionId = () =>
  `/subscriptions/${operator.subscriptions['contoso-data']}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`;
const identityId = (name: string) =>
  `${groupOf('rg-apps', 'contoso-apps')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const machineId = () => `${groupOf('rg-apps', 'contoso-apps')}/providers/Microsoft.Compute/virtualMachines/vm-app01`;

async function operatorToken(resource: string): Promise<string> {
  const { tenantId, clientId, clientSecret } = operator;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const [answer] = await lab.send('tester', [
    {
      url: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, scope: `${resource}/.default` }).toString(),
    },
  ]);
  return JSON.parse((answer as LabAnswer).body).access_token;
}

/** A request to Resource Manager as the operator. */
const arm = (token: string, method: string, id: string, version: string, body?: unknown): LabRequest => ({
  url: `${ARM}${id}?api-version=${version}`,
  method,
  headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

const succeeded = ({ status = 0 }: LabAnswer) => status >= 200 && status < 300;

/** IMDS of vm-app01 for one of its user-assigned identities. */
async function imds(clientId: string): Promise<LabAnswer> {
  const url = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';
  const query = `&resource=https%3A%2F%2Fvault.azure.net&bypass_cache=true&client_id=${clientId}`;
  const [answer] = await lab.send('app', [{ url: url + query, headers: { Metadata: 'true' } }]);
  return answer as LabAnswer;
}

/** A user-assigned identity that vm-app01 has, and its token for Key Vault. It has no role there. */
async function ordersToken(token: string): Promise<string> {
  const [shown] = await lab.send('tester', [arm(token, 'GET', identityId('id-orders'), VERSIONS.identities)]);
  const { clientId } = JSON.parse((shown as LabAnswer).body).properties;
  const answer = await imds(clientId);
  if (answer.status !== 200) throw new Error(`IMDS answered ${answer.status ?? answer.error}: ${answer.body}`);
  return JSON.parse(answer.body).access_token;
}

describe('200 role assignments written at once', () => {
  type Write = { status: number; decided: boolean; ms: number; wrong: number };
  let outcome: { granted: Write[]; revoked: Write[]; reads: number[]; readable: boolean[]; missing: number };
  beforeAll(async () => {
    const armToken = await operatorToken('https://management.azure.com');
    const vaultToken = await ordersToken(armToken);
    const principalId = claimsOf(vaultToken).oid;
    const plan = { armToken, vaultToken, principalId, count: 200, roleDefinitionId: roleDefinitionId() };
    outcome = await lab.probe('tester', 'assignments.mjs', { ...plan, vaultId: vaultId(), vaultUrl: VAULT_URL });
  });

  it('are all there: each is read back, and in the list', () => {
    expect(outcome.granted.map(({ status }) => status)).toEqual(Array(200).fill(201));
    expect(outcome.readable).toEqual(Array(200).fill(true));
    expect(outcome.missing).toBe(0);
  });

  it('do not disturb 200 readers', () => {
    expect(outcome.reads).toEqual(Array(200).fill(200));
  });

  it.each(['granted', 'revoked'] as const)('%s: every decision of Key Vault is right within a second', (which) => {
    const late = outcome[which].filter(({ decided, ms }) => !decided || ms > 1_000);
    expect(late).toEqual([]);
  });

  it('is right in the next request already', () => {
    expect([...outcome.granted, ...outcome.revoked].filter(({ wrong }) => wrong > 0)).toEqual([]);
  });
});

describe('arm killed in the middle of writes', () => {
  it.each([1, 2, 3])('round %i: each write is whole or absent, and entra, imds and arm agree', async (round) => {
    const token = await operatorToken('https://management.azure.com');
    const graphToken = await operatorToken('https://graph.microsoft.com');
    const ofMachine = Array.from({ length: 8 }, (_, index) => `id-machine-${round}-${index}`);
    await lab.send(
      'tester',
      ofMachine.map((name) => putIdentity(token, name)),
      8,
    );

    const identities = Array.from({ length: 200 }, (_, index) => `id-killed-${round}-${index}`);
    const assignments = Array.from({ length: 200 }, (_, index) => ({
      id: `${vaultId()}/secrets/killed-${round}-${index}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
      principalId: randomUUID(),
    }));
    const requests = [
      ...identities.map((name) => putIdentity(token, name)),
      ...assignments.map(({ id, principalId }) =>
        arm(token, 'PUT', id, VERSIONS.assignments, {
          properties: { roleDefinitionId: roleDefinitionId(), principalId, principalType: 'ServicePrincipal' },
        }),
      ),
      ...ofMachine.map((name) => arm(token, 'PATCH', machineId(), VERSIONS.machines, withIdentity(name))),
    ].map((request, index) => ({ request, place: (index * 97) % 408 })); // mixed, the same way each time
    const mixed = requests.toSorted((a, b) => a.place - b.place).map(({ request }) => request);
    const writing = lab.send('tester', mixed, 24);
    // In the middle: when some are there, and before all are.
    const some = async () =>
      (await list(token, identityId(''), VERSIONS.identities)).body.split(`"id-killed-${round}-`).length > 20;
    await eventually(some, 30_000, 'some writes are done');
    await killNode(lab, 'arm');
    const answers = await writing;
    await eventually(async () => (await list(token, '/subscriptions')).status === 200, 15_000, 'arm is back');

    expect(answers.filter(succeeded).length).toBeGreaterThan(0);
    expect(answers.filter(({ status = 0 }) => status === 500)).toEqual([]);
    const answerTo = (id: string) => answers[mixed.findIndex(({ url }) => url.startsWith(`${ARM}${id}?`))] as LabAnswer;

    // Whole or absent, and what was acknowledged is there.
    const read = await lab.send(
      'tester',
      [
        ...identities.map((name) => arm(token, 'GET', identityId(name), VERSIONS.identities)),
        ...assignments.map(({ id }) => arm(token, 'GET', id, VERSIONS.assignments)),
      ],
      16,
    );
    for (const [index, id] of [...identities.map(identityId), ...assignments.map(({ id }) => id)].entries()) {
      const { status, body } = read[index] as LabAnswer;
      expect([id, [200, 404].includes(status as number)]).toEqual([id, true]);
      if (succeeded(answerTo(id))) {
        expect([id, status, JSON.parse(body).properties]).toMatchObject([id, 200, propertiesOf(answerTo(id))]);
      }
    }

    // Entra has a service principal for each identity that is there, and for no other.
    const there = identities.filter((_, index) => read[index]?.status === 200);
    const graph = await lab.send(
      'tester',
      identities.map((name) => ({
        url: `https://graph.microsoft.com/v1.0/servicePrincipals?$filter=displayName%20eq%20'${name}'`,
        headers: { authorization: `Bearer ${graphToken}` },
      })),
      8,
    );
    const known = identities.filter((_, index) => JSON.parse((graph[index] as LabAnswer).body).value.length === 1);
    expect(known).toEqual(there);

    // IMDS gives tokens for the identities of the machine, and for no other.
    const machine = await list(token, machineId(), VERSIONS.machines);
    const attached = JSON.parse(machine.body).identity.userAssignedIdentities;
    const names = Object.keys(attached).map((id) => id.split('/').at(-1));
    for (const name of ofMachine) {
      const shown = await list(token, identityId(name), VERSIONS.identities);
      const { clientId } = JSON.parse(shown.body).properties;
      const wanted = names.includes(name) ? 200 : 400;
      await eventually(async () => (await imds(clientId)).status === wanted, 10_000, `${name}: ${wanted} of IMDS`);
      const acknowledged = answers.some(
        (answer, index) => succeeded(answer) && mixed[index]?.body === JSON.stringify(withIdentity(name)),
      );
      if (acknowledged) expect(names).toContain(name);
    }
  });

  const putIdentity = (token: string, name: string) =>
    arm(token, 'PUT', identityId(name), VERSIONS.identities, { location: 'westeurope' });
  const withIdentity = (name: string) => ({
    identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [identityId(name)]: {} } },
  });
  const propertiesOf = ({ body }: LabAnswer) => {
    // `createdBy` is null in the answer to a write, as in Azure.
    const { createdBy: _, ...properties } = JSON.parse(body).properties;
    return properties;
  };
});

/** The first answer of a GET. */
async function list(token: string, id: string, version = '2022-12-01'): Promise<LabAnswer> {
  const [answer] = await lab.send('tester', [arm(token, 'GET', id, version)]);
  return answer as LabAnswer;
}

describe('100,000 role assignments', () => {
  const SERVICES = ['arm', 'keyvault', 'blob'];
  const COUNT = 100_000;

  it('do not keep a service from starting: less than two seconds more than without', async () => {
    const token = await operatorToken('https://management.azure.com');
    const vaultToken = await ordersToken(token);
    const principalId = String(claimsOf(vaultToken).oid);
    const before = await startTimes();

    // By Resource Manager's own code, into its own database, while it is stopped: a hundred thousand requests take minutes.
    await docker('stop', '--time', '2', `${PROJECT}-arm-1`);
    const scope = `${vaultId()}/secrets/the-last`;
    const plan = JSON.stringify({
      count: COUNT,
      vaultId: vaultId(),
      scope,
      principalId,
      roleDefinitionId: SECRETS_USER,
    });
    const run = ['run', '--rm', '--no-deps', '--no-TTY', '--env', `PLAN=${plan}`, '--entrypoint', 'node', 'arm'];
    const inserted = await lab.compose(...run, '--input-type=module', '-e', INSERT);
    expect([inserted.exitCode, inserted.stdout.trim()]).toEqual([0, String(COUNT)]);
    await docker('start', `${PROJECT}-arm-1`);

    // Key Vault has heard of all of them when it goes by the last one.
    const secret = {
      url: `${VAULT_URL}/secrets/the-last?api-version=7.4`,
      headers: { authorization: `Bearer ${vaultToken}` },
    };
    await eventually(async () => (await lab.send('app', [secret]))[0]?.status === 404, 90_000, 'all have arrived');

    const after = await startTimes();
    const more = SERVICES.map(
      (service) => [service, (after[service] as number) - (before[service] as number)] as const,
    );
    expect(more.filter(([, ms]) => ms >= 2_000)).toEqual([]);
  });

  /** How long each service takes from its start to being healthy, the better of two. */
  async function startTimes(): Promise<Record<string, number>> {
    const times: Record<string, number> = {};
    for (const service of SERVICES) {
      times[service] = Math.min(await startTime(service), await startTime(service));
    }
    return times;
  }

  async function startTime(service: string): Promise<number> {
    const container = `${PROJECT}-${service}-1`;
    await docker('stop', '--time', '2', container);
    const started = performance.now();
    await docker('start', container);
    const healthy = async () =>
      (await docker('inspect', '--format', '{{.State.Health.Status}}', container)) === 'healthy';
    while (!(await healthy())) {
      if (performance.now() - started > 60_000) throw new Error(`${service} is not healthy after a minute`);
      await sleep(25);
    }
    return performance.now() - started;
  }

  const INSERT = readFileSync(new URL('probes/insert-assignments.mjs', import.meta.url), 'utf8');
});
