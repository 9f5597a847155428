/** The Azure CLI, unmodified commands against the containers: what one does in Azure works here, in the next request. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AzAction } from '@lab/shared/az/action.ts';
import { azCommand } from '@lab/shared/az/az-command.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../services/portal/page/src/views/exercises/client-secret/make-application.ts';
import { type AzureCli, labCommand, type Printed, startAzureCli } from './azure-cli.ts';
import { claimsOf, type Lab, type LabAnswer, labApi, startLab, tokenOf } from './lab.ts';

let lab: Lab;
let operator: AzureCli;
let machine: AzureCli;
/** Subscription ids by name, and the operator's own ids. */
let subscriptions: Record<string, string>;
let clientId: string;
let clientSecret: string;
let tenantId: string;

beforeAll(async () => {
  lab = await startLab({ variant: 'default', profiles: ['func-app01', 'pod-app01'] });
  const image = await labCommand(['az', 'version']); // builds the image where there is none
  if (image.exitCode !== 0) throw new Error(image.stderr);
  expect(JSON.parse(image.stdout)['azure-cli']).toBe('2.45.0');
  operator = await startAzureCli(lab);
  machine = await startAzureCli(lab, { name: 'vm-app01', service: 'app' });
  const shown = await labCommand(['operator', '--json', '--tenant', 'contoso']);
  const [contoso] = JSON.parse(shown.stdout);
  ({ clientId, clientSecret, tenantId } = contoso);
  subscriptions = Object.fromEntries(contoso.subscriptions.map((s: Printed) => [s.name, s.subscriptionId]));
});
afterAll(() => lab?.down());

const subscriptionScope = (name: string) => `/subscriptions/${subscriptions[name]}`;
const idOfGroup = (name: string, subscription = 'contoso-apps') =>
  `${subscriptionScope(subscription)}/resourceGroups/${name}`;
const idOf = (group: string, type: string, name: string, subscription = 'contoso-apps') =>
  `${idOfGroup(group, subscription)}/providers/${type}/${name}`;

/** IMDS as a program in vm-app01 asks it. */
async function imds(resource: string, selector = ''): Promise<LabAnswer> {
  const url = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';
  const query = `&resource=${encodeURIComponent(resource)}${selector}&bypass_cache=true`;
  const [answer] = await lab.send('app', [{ url: url + query, headers: { Metadata: 'true' } }]);
  return answer as LabAnswer;
}

/** A request with a token, from vm-app01. */
async function get(url: string, token: string): Promise<LabAnswer> {
  const headers = { authorization: `Bearer ${token}`, 'x-ms-version': '2021-12-02' };
  const [answer] = await lab.send('app', [{ url, headers }]);
  return answer as LabAnswer;
}

const codeOf = ({ body }: LabAnswer) => /"code":"([^"]+)"|<Code>([^<]+)</.exec(body)?.slice(1).find(Boolean);

/** Rows of what `--output table` prints, header first. */
const tableOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('npm run lab -- operator', () => {
  it('shows what the operator of each tenant signs in with', async () => {
    const { stdout, stderr, exitCode } = await labCommand(['operator']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`client id      ${clientId}`);
    expect(stdout).toContain(`client secret  ${clientSecret}`);
    expect(stdout).toMatch(/operator of contoso[\s\S]*operator of fabrikam/);
  });

  it('keeps the secret out of every log', async () => {
    const { stdout, stderr } = await lab.compose('--profile', '*', 'logs', '--no-color');
    expect(stdout.length).toBeGreaterThan(0);
    expect((stdout + stderr).includes(clientSecret)).toBe(false);
  });
});

describe('npm run lab -- az', () => {
  it('is signed in as operator of every tenant, the first one by default', async () => {
    const { stdout, stderr, exitCode } = await labCommand(['az', 'account', 'show']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'contoso-apps',
      tenantId,
      user: { name: clientId, type: 'servicePrincipal' },
    });
  });

  it('passes arguments through as they are, and the exit code back', async () => {
    const condition = `{"a b": "it's \\"quoted\\" $HOME * [x]"}`;
    const echoed = await labCommand(['az', 'account', 'show', '--query', `to_string(\`${condition}\`)`, '-o', 'tsv']);
    expect([echoed.exitCode, echoed.stderr]).toEqual([0, '']);
    expect(JSON.parse(echoed.stdout)).toEqual(JSON.parse(condition));
    const missing = await labCommand(['az', 'group', 'show', '-n', 'rg-nowhere']);
    expect([missing.exitCode, missing.stdout]).toEqual([3, '']);
    expect(missing.stderr).toContain("(ResourceGroupNotFound) Resource group 'rg-nowhere' could not be found.");
  });

  it('reads standard input, and files of the directory where it is called', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'az-'));
    chmodSync(directory, 0o755); // the container's user is somebody else
    try {
      const query = 'user.type';
      writeFileSync(join(directory, 'query.txt'), query);
      const fromFile = await labCommand(['az', 'account', 'show', '-o', 'tsv', '--query', '@query.txt'], {
        cwd: directory,
      });
      const fromInput = await labCommand(['az', 'account', 'show', '-o', 'tsv', '--query', '@-'], { input: query });
      expect([fromFile.stdout, fromInput.stdout]).toEqual(['servicePrincipal\n', 'servicePrincipal\n']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('says what to do when a machine does not exist or is not running', async () => {
    const unknown = await labCommand(['az', '--vm', 'vm-nowhere', 'account', 'show']);
    expect([unknown.exitCode, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toContain('There is no machine called vm-nowhere. There are: ');
    const stopped = await labCommand(['az', '--vm', 'vm-app02', 'account', 'show']);
    expect(stopped.stderr).toBe('vm-app02 is not running. Start it: npm start -- --profile vm-app02\n');
  });

  it('has no way out, no capability, and no secret on a command line', async () => {
    const { stdout: routes } = await operator.run('cat /proc/net/route');
    expect(routes.split('\n').filter((line) => /^\w+\t00000000/.test(line))).toEqual([]);
    const { stdout: status } = await operator.run('grep -h Cap /proc/self/status; id -u');
    expect(status).toMatch(/CapEff:\t0000000000000000[\s\S]*\n1000\n/);
    expect(await operator.run('tr "\\0" " " </proc/*/cmdline')).not.toContain(clientSecret);
  });
});

describe('az login', () => {
  it('--service-principal: with the secret that is shown', async () => {
    const line = `az login --service-principal --username ${clientId} --password '${clientSecret}' --tenant ${tenantId}`;
    const { stdout, stderr, exitCode } = await operator.run(line, { home: '/tmp/other' });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(
      JSON.parse(stdout)
        .map(({ name }: Printed) => name)
        .sort(),
    ).toEqual(['contoso-apps', 'contoso-data']);
  });

  it('--service-principal: a wrong secret is Entra’s error', async () => {
    const line = `az login --service-principal --username ${clientId} --password wrong --tenant ${tenantId}`;
    const { stderr, exitCode } = await operator.run(line, { home: '/tmp/wrong' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('AADSTS7000215');
  });

  it('--identity: inside vm-app01, as what the machine is', async () => {
    const [account, ...more] = await machine.json('az login --identity');
    expect(more).toEqual([]);
    // A caller sees the subscriptions where it has a role: the one of its vault, not its own.
    expect(account).toMatchObject({
      name: 'contoso-data',
      tenantId,
      user: { assignedIdentityInfo: 'MSI', name: 'systemAssignedIdentity', type: 'servicePrincipal' },
    });
    const token = await machine.json('az account get-access-token --resource https://vault.azure.net');
    expect(claimsOf(token.accessToken).xms_mirid).toMatch(/virtualMachines\/vm-app01$/);
  });

  it('--identity --username: a user-assigned identity of the machine, by its client id', async () => {
    const { clientId: orders } = await operator.json('az identity show -g rg-apps -n id-orders');
    const line = `az login --identity --username ${orders} --allow-no-subscriptions`;
    const { stdout, exitCode } = await machine.run(line, { home: '/tmp/orders' });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)[0].user.assignedIdentityInfo).toBe(`MSIClient-${orders}`);
  });

  it('--identity: inside func-app01, by the endpoint of App Service', async () => {
    const app = await startAzureCli(lab, { name: 'func-app01', service: 'func-app01' });
    // Through the entry point, as `npm run lab -- az --vm func-app01` does: it has the variables of the platform.
    const { stdout, stderr, exitCode } = await app.run('sign-in login --identity');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)[0]).toMatchObject({ name: 'contoso-data', user: { assignedIdentityInfo: 'MSI' } });
    const line = 'sign-in account get-access-token --resource https://vault.azure.net --query accessToken --output tsv';
    expect(claimsOf((await app.run(line)).stdout.trim()).xms_mirid).toMatch(/sites\/func-app01$/);
  });

  it('--federated-token: inside pod-app01, with the token of its service account', async () => {
    const pod = await startAzureCli(lab, { name: 'pod-app01', service: 'pod-app01' });
    const { clientId: ofPod } = await operator.json('az identity show -g rg-apps -n id-pod');
    const file = '/var/run/secrets/azure/tokens/azure-identity-token';
    const line = `az login --service-principal -u ${ofPod} --tenant ${tenantId} --federated-token @${file}`;
    const { stdout, stderr, exitCode } = await pod.run(line);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)[0]).toMatchObject({ name: 'contoso-data', user: { name: ofPod } });
    const secret = await pod.json('az keyvault secret show --vault-name kv-lab -n ConnectionString');
    expect(secret.value).toMatch(/^Server=/);
  });

  it('--identity outside a machine: there is no IMDS', async () => {
    const { exitCode, stdout } = await operator.run('timeout 60 az login --identity', { home: '/tmp/none' });
    expect([exitCode !== 0, stdout]).toEqual([true, '']);
  });
});

describe('az account, group, rest, resource', () => {
  it('account list: the subscriptions of all tenants', async () => {
    const accounts = await operator.json('az account list');
    expect(accounts.map(({ name }: Printed) => name).sort()).toEqual(['contoso-apps', 'contoso-data', 'fabrikam-prod']);
    const { stdout } = await operator.run('az account list --output table');
    expect(tableOf(stdout)[0]).toEqual(['Name', 'CloudName', 'SubscriptionId', 'TenantId', 'State', 'IsDefault']);
  });

  it('group create', async () => {
    const group = await operator.json('az group create --name rg-cli --location westeurope --tags team=a');
    expect(group).toMatchObject({
      id: idOfGroup('rg-cli'),
      location: 'westeurope',
      name: 'rg-cli',
      properties: { provisioningState: 'Succeeded' },
      tags: { team: 'a' },
      type: 'Microsoft.Resources/resourceGroups',
    });
    const { stdout } = await operator.run('az group list --output table');
    expect(tableOf(stdout)).toEqual([
      ['Name', 'Location', 'Status'],
      expect.arrayContaining([expect.stringMatching(/^-+$/)]),
      ['rg-apps', 'westeurope', 'Succeeded'],
      ['rg-cli', 'westeurope', 'Succeeded'],
    ]);
  });

  it('rest: of Resource Manager and of Graph', async () => {
    const { value } = await operator.json(
      `az rest --method get --url '${subscriptionScope('contoso-apps')}/resourceGroups?api-version=2021-04-01'`,
    );
    expect(value.map(({ name }: Printed) => name)).toContain('rg-cli');
    const principals = await operator.json(
      `az rest --method get --url "https://graph.microsoft.com/v1.0/servicePrincipals?\\$filter=appId eq '${clientId}'"`,
    );
    expect(principals.value.map(({ appId }: Printed) => appId)).toEqual([clientId]);
  });

  it('resource list: all kinds, in a table', async () => {
    const resources = await operator.json('az resource list');
    expect(resources.map(({ type, name }: Printed) => `${type} ${name}`)).toEqual(
      expect.arrayContaining([
        'Microsoft.Compute/virtualMachines vm-app01',
        'Microsoft.ManagedIdentity/userAssignedIdentities id-orders',
      ]),
    );
    const { stdout, stderr, exitCode } = await operator.run('az resource list -g rg-apps --output table');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(tableOf(stdout)[0]?.slice(0, 4)).toEqual(['Name', 'ResourceGroup', 'Location', 'Type']);
  });

  it.each([
    ['az sql server list', 'Microsoft.Sql/servers'],
    ['az webapp show -g rg-apps -n none --query id', 'Microsoft.Web/sites'],
    ['az aks list', 'Microsoft.ContainerService/managedClusters'],
    ['az keyvault key list --vault-name kv-lab', '/keys'],
    ['az storage account keys list -n stlab --subscription contoso-data', 'KeyBasedAuthenticationNotPermitted'],
  ])('%s: what is not emulated is named in the error', async (line, missing) => {
    const { stdout, stderr, exitCode } = await operator.run(line);
    expect([exitCode !== 0, stdout]).toEqual([true, '']);
    expect(stderr).toContain(missing);
    expect(stderr).not.toContain('Traceback');
  });
});

describe('az identity, az vm identity', () => {
  it('identity create, show, list', async () => {
    const created = await operator.json('az identity create --resource-group rg-cli --name id-cli');
    expect(created).toMatchObject({
      location: 'westeurope',
      name: 'id-cli',
      resourceGroup: 'rg-cli',
      tenantId,
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    });
    expect(await operator.json('az identity show -g rg-cli -n id-cli')).toEqual(created);
    expect(await operator.json('az identity list -g rg-cli')).toEqual([created]);
    const { stdout } = await operator.run('az identity list --output table');
    expect(tableOf(stdout)[0]).toEqual(expect.arrayContaining(['ClientId', 'Location', 'Name', 'PrincipalId']));
  });

  it('vm identity assign, show, remove: in force in the next token request', async () => {
    const { clientId: made } = await operator.json('az identity show -g rg-cli -n id-cli');
    const selector = `&client_id=${made}`;
    expect((await imds('https://vault.azure.net', selector)).status).toBe(400);
    const id = idOf('rg-cli', 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-cli');
    const assigned = await operator.json(`az vm identity assign -g rg-apps -n vm-app01 --identities ${id}`);
    expect(Object.keys(assigned.userAssignedIdentities).map((key) => key.toLowerCase())).toContain(id.toLowerCase());
    expect((await imds('https://vault.azure.net', selector)).status).toBe(200);

    const shown = await operator.json('az vm identity show -g rg-apps -n vm-app01');
    expect(shown).toMatchObject({ type: 'SystemAssigned, UserAssigned', tenantId });
    expect(Object.keys(shown.userAssignedIdentities)).toHaveLength(2);

    await operator.json(`az vm identity remove -g rg-apps -n vm-app01 --identities ${id}`);
    const refused = await imds('https://vault.azure.net', selector);
    expect([refused.status, refused.body]).toEqual([
      400,
      '{"error":"invalid_request","error_description":"Identity not found"}',
    ]);
    const left = await operator.json('az vm identity show -g rg-apps -n vm-app01');
    expect(Object.keys(left.userAssignedIdentities)).toHaveLength(1);
  });

  it('identity delete: its name is free again, for somebody else', async () => {
    const { principalId } = await operator.json('az identity create -g rg-cli -n id-short-lived');
    await operator.json('az identity delete -g rg-cli -n id-short-lived');
    const missing = await operator.run('az identity show -g rg-cli -n id-short-lived');
    expect([missing.exitCode, missing.stderr.includes('ResourceNotFound')]).toEqual([3, true]);
    const again = await operator.json('az identity create -g rg-cli -n id-short-lived');
    expect(again.principalId).not.toBe(principalId);
    await operator.json('az identity delete -g rg-cli -n id-short-lived');
  });
});

describe('az role', () => {
  const custom = () => ({
    Name: 'Secret Namer',
    Description: 'Sees names of secrets.',
    Actions: [],
    DataActions: ['Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
    NotDataActions: [],
    AssignableScopes: [subscriptionScope('contoso-data')],
  });

  it('definition list: by name, and as a table', async () => {
    const [reader, ...more] = await operator.json("az role definition list --name 'Key Vault Secrets User'");
    expect(more).toEqual([]);
    expect(reader).toMatchObject({
      id: `${subscriptionScope('contoso-apps')}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
      name: '4633458b-17de-408a-b874-0445c86b69e6',
      roleName: 'Key Vault Secrets User',
      roleType: 'BuiltInRole',
    });
    const { stdout } = await operator.run('az role definition list --output table');
    expect(tableOf(stdout)[0]).toEqual(['Name', 'Type', 'Description']);
    expect(stdout).toMatch(/^Storage Blob Data Reader +Microsoft.Authorization\/roleDefinitions/m);
  });

  it('definition create: a custom role from JSON', async () => {
    const created = await operator.json(
      `az role definition create --subscription contoso-data --role-definition '${JSON.stringify(custom())}'`,
    );
    expect(created).toMatchObject({ roleName: 'Secret Namer', roleType: 'CustomRole' });
    const listed = await operator.json('az role definition list --subscription contoso-data --custom-role-only');
    expect(listed.map(({ roleName }: Printed) => roleName)).toEqual(['Secret Namer']);
  });

  it('assignment create: by name, by id, and by whom it is found under in Graph', async () => {
    const { clientId: client, principalId } = await operator.json('az identity show -g rg-cli -n id-cli');
    const scope = idOfGroup('rg-cli');
    const byName = await operator.json(`az role assignment create --assignee ${client} --role Reader --scope ${scope}`);
    expect(byName).toMatchObject({ principalId, principalType: 'ServicePrincipal', scope });
    const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
    const byId = await operator.json(
      `az role assignment create --assignee ${principalId} --role ${reader} --scope ${subscriptionScope('contoso-apps')}`,
    );
    expect(byId.roleDefinitionId).toMatch(new RegExp(`/roleDefinitions/${reader}$`));
    await operator.json(
      `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role 'Secret Namer' --scope ${subscriptionScope('contoso-data')} --subscription contoso-data`,
    );
  });

  it('assignment list: by assignee, by role, by scope, with names', async () => {
    const { clientId: client } = await operator.json('az identity show -g rg-cli -n id-cli');
    const ofGroup = await operator.json('az role assignment list -g rg-cli');
    expect(ofGroup).toHaveLength(1);
    expect(ofGroup[0]).toMatchObject({ roleDefinitionName: 'Reader', principalName: client });
    const all = await operator.json(`az role assignment list --assignee ${client} --all`);
    expect(all.map(({ scope }: Printed) => scope).sort()).toEqual(
      [idOfGroup('rg-cli'), subscriptionScope('contoso-apps')].sort(),
    );
    const inherited = await operator.json(
      `az role assignment list --scope ${idOfGroup('rg-cli')} --include-inherited --include-groups --assignee ${client}`,
    );
    expect(inherited).toHaveLength(2);
    const owners = await operator.json('az role assignment list --role Owner');
    expect(owners.map(({ principalName }: Printed) => principalName)).toEqual([clientId]);
    const { stdout } = await operator.run('az role assignment list --all --output table');
    expect(tableOf(stdout)[0]).toEqual(['Principal', 'Role', 'Scope']);
  });

  it('assignment delete: by assignee and role, and by id', async () => {
    const { clientId: client } = await operator.json('az identity show -g rg-cli -n id-cli');
    await operator.json(`az role assignment delete --assignee ${client} --role Reader -g rg-cli`);
    const left = await operator.json(`az role assignment list --assignee ${client} --all`);
    expect(left).toHaveLength(1);
    await operator.json(`az role assignment delete --ids ${left[0].id}`);
    expect(await operator.json(`az role assignment list --assignee ${client} --all`)).toEqual([]);
  });

  it('assignment create: twice is once', async () => {
    const { principalId } = await operator.json('az identity show -g rg-cli -n id-cli');
    const line = `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role Reader -g rg-cli`;
    const first = await operator.json(line);
    const second = await operator.run(line);
    // Resource Manager answers RoleAssignmentExists, and the CLI looks for the one that is there.
    expect([second.exitCode, second.stderr, JSON.parse(second.stdout).id]).toEqual([0, '', first.id]);
    expect((await operator.json('az role assignment list -g rg-cli')).map(({ id }: Printed) => id)).toEqual([first.id]);
  });
});

describe('az keyvault', () => {
  it('create: with access policies, as it does by default; secret set, show, list, delete', async () => {
    const vault = await operator.json('az keyvault create -g rg-cli -n kv-cli-policies -l westeurope');
    expect(vault).toMatchObject({
      id: idOf('rg-cli', 'Microsoft.KeyVault/vaults', 'kv-cli-policies'),
      name: 'kv-cli-policies',
      properties: { vaultUri: 'https://kv-cli-policies.vault.azure.net/', provisioningState: 'Succeeded' },
    });
    const secret = await operator.json(
      "az keyvault secret set --vault-name kv-cli-policies -n Greeting --value 'Hello ☃'",
    );
    expect(secret).toMatchObject({ name: 'Greeting', value: 'Hello ☃', attributes: { enabled: true } });
    expect(await operator.json('az keyvault secret show --vault-name kv-cli-policies -n Greeting')).toEqual(secret);
    expect(await operator.json(`az keyvault secret show --id ${secret.id}`)).toEqual(secret);
    const listed = await operator.json('az keyvault secret list --vault-name kv-cli-policies');
    expect(listed.map(({ name }: Printed) => name)).toEqual(['Greeting']);
    const { stdout } = await operator.run('az keyvault secret list --vault-name kv-cli-policies --output table');
    expect(tableOf(stdout)[0]?.slice(0, 2)).toEqual(['Name', 'Id']);
    const deleted = await operator.json('az keyvault secret delete --vault-name kv-cli-policies -n Greeting');
    expect(deleted.recoveryId).toBe('https://kv-cli-policies.vault.azure.net/deletedsecrets/Greeting');
    const missing = await operator.run('az keyvault secret show --vault-name kv-cli-policies -n Greeting');
    expect([missing.exitCode, missing.stderr.includes('SecretNotFound')]).toEqual([3, true]);
  });

  it('list, show', async () => {
    const listed = await operator.json('az keyvault list');
    expect(listed.map(({ name }: Printed) => name)).toEqual(['kv-cli-policies']);
    const shown = await operator.json('az keyvault show -n kv-cli-policies');
    expect(shown.properties.accessPolicies).toHaveLength(1);
    const { stdout } = await operator.run('az keyvault list -g rg-cli --output table');
    expect(tableOf(stdout)[0]).toEqual(['Location', 'Name', 'ResourceGroup']);
  });

  it('a new vault is there by its name, and a role decides, in the next request', async () => {
    const url = 'https://kv-cli.vault.azure.net/secrets/Recipe?api-version=7.4';
    const [before] = await lab.send('app', [{ url }]);
    expect(before?.error).toBe('ENOTFOUND');
    const { id } = await operator.json(
      'az keyvault create -g rg-cli -n kv-cli -l westeurope --enable-rbac-authorization true',
    );
    const [challenged] = await lab.send('app', [{ url }]);
    expect([challenged?.status, challenged?.headers['www-authenticate']]).toEqual([
      401,
      `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="https://vault.azure.net"`,
    ]);

    const token = await tokenOf(lab, 'https://vault.azure.net');
    expect((await get(url, token)).status).toBe(403);
    const { oid } = claimsOf(token);
    await operator.json(`az role assignment create --assignee ${oid} --role 'Key Vault Secrets User' --scope ${id}`);
    expect((await get(url, token)).status).toBe(404);
    await operator.json(`az role assignment delete --assignee ${oid} --role 'Key Vault Secrets User' --scope ${id}`);
    expect((await get(url, token)).status).toBe(403);
  });

  it('Owner of the subscription cannot read a secret: no data action', async () => {
    const { stderr, exitCode } = await operator.run('az keyvault secret list --vault-name kv-cli');
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'");
    expect(stderr).toContain('Assignment: (not found)');
  });

  it('inside vm-app01, with its identity', async () => {
    const secret = await machine.json('az keyvault secret show --vault-name kv-lab -n ConnectionString');
    expect(secret.value).toMatch(/^Server=/);
    const refused = await machine.run('az keyvault secret set --vault-name kv-lab -n New --value x');
    expect([refused.exitCode, refused.stderr.includes('Caller is not authorized')]).toEqual([1, true]);
  });
});

describe('az storage', () => {
  const ACCOUNT = 'https://stcli.blob.core.windows.net';

  it('account create, list, with a name that is there at once', async () => {
    const created = await operator.json(
      'az storage account create -g rg-cli -n stcli -l westeurope --sku Standard_LRS',
    );
    expect(created).toMatchObject({
      id: idOf('rg-cli', 'Microsoft.Storage/storageAccounts', 'stcli'),
      primaryEndpoints: { blob: `${ACCOUNT}/` },
      provisioningState: 'Succeeded',
      sku: { name: 'Standard_LRS' },
    });
    expect((await operator.json('az storage account list')).map(({ name }: Printed) => name)).toEqual(['stcli']);
    const { stdout } = await operator.run('az storage account list --output table');
    expect(tableOf(stdout)[0]).toEqual(expect.arrayContaining(['Kind', 'Location', 'Name']));
    const [anonymous] = await lab.send('app', [{ url: `${ACCOUNT}/?comp=list` }]);
    expect([anonymous?.status, codeOf(anonymous as LabAnswer)]).toEqual([409, 'PublicAccessNotPermitted']);
  });

  it('container create, blob upload, list, download with --auth-mode login', async () => {
    const { id } = await operator.json('az storage account show -n stcli');
    await operator.json(
      `az role assignment create --assignee ${clientId} --role 'Storage Blob Data Contributor' --scope ${id}`,
    );
    const login = '--account-name stcli --auth-mode login';
    expect(await operator.json(`az storage container create ${login} -n reports`)).toEqual({ created: true });
    await operator.run("printf 'for all' > /tmp/all.txt; printf 'for some' > /tmp/some.txt");
    await operator.json(`az storage blob upload ${login} -c reports -n public/all.txt -f /tmp/all.txt`);
    await operator.json(`az storage blob upload ${login} -c reports -n private/some.txt -f /tmp/some.txt`);
    const listed = await operator.json(`az storage blob list ${login} -c reports`);
    expect(listed.map(({ name }: Printed) => name)).toEqual(['private/some.txt', 'public/all.txt']);
    const { stdout } = await operator.run(`az storage blob list ${login} -c reports --output table`);
    expect(tableOf(stdout)[0]).toEqual(expect.arrayContaining(['Name', 'Blob Type', 'Length']));
    await operator.json(`az storage blob download ${login} -c reports -n public/all.txt -f /tmp/back.txt`);
    expect((await operator.run('cat /tmp/back.txt')).stdout).toBe('for all');
    // Without a file: to standard output, which is how one leaves the container.
    const printed = await operator.run(`az storage blob download ${login} -c reports -n public/all.txt`);
    expect([printed.stdout, printed.exitCode]).toEqual(['for all', 0]);
  });

  it('a condition on the path narrows a role', async () => {
    const { clientId: client, principalId, id } = await operator.json('az identity show -g rg-cli -n id-cli');
    const { id: account } = await operator.json('az storage account show -n stcli');
    await operator.json(`az vm identity assign -g rg-apps -n vm-app01 --identities ${id}`);
    const { body } = await imds('https://storage.azure.com', `&client_id=${client}`);
    const token = JSON.parse(body).access_token;
    expect((await get(`${ACCOUNT}/reports/public/all.txt`, token)).status).toBe(403);

    const read = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
    const path = '@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]';
    const condition = `((!(ActionMatches{'${read}'})) OR (${path} StringLike 'public/*'))`;
    const assignment = await operator.json(
      `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role 'Storage Blob Data Reader' --scope ${account} --condition "${condition}" --condition-version 2.0 --description 'what is public'`,
    );
    expect(assignment).toMatchObject({ condition, conditionVersion: '2.0', description: 'what is public' });
    expect((await get(`${ACCOUNT}/reports/public/all.txt`, token)).body).toBe('for all');
    const refused = await get(`${ACCOUNT}/reports/private/some.txt`, token);
    expect([refused.status, codeOf(refused)]).toEqual([403, 'AuthorizationPermissionMismatch']);
  });

  it('a condition that cannot be parsed is refused when it is written', async () => {
    const { principalId } = await operator.json('az identity show -g rg-cli -n id-cli');
    const line = `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role 'Storage Blob Data Owner' -g rg-cli --condition '(((' --condition-version 2.0`;
    const { stderr, exitCode } = await operator.run(line);
    expect([exitCode, stderr.includes('Traceback')]).toEqual([1, false]);
    expect(stderr).toMatch(/condition/i);
    expect(await operator.json(`az role assignment list -g rg-cli --role 'Storage Blob Data Owner'`)).toEqual([]);
  });
});

describe('az ad sp', () => {
  it('show: by client id and by object id, managed identities as well', async () => {
    const self = await operator.json(`az ad sp show --id ${clientId}`);
    expect(self).toMatchObject({ appId: clientId, servicePrincipalType: 'Application' });
    expect(await operator.json(`az ad sp show --id ${self.id}`)).toEqual(self);
    const identity = await operator.json('az identity show -g rg-cli -n id-cli');
    expect(await operator.json(`az ad sp show --id ${identity.principalId}`)).toMatchObject({
      appId: identity.clientId,
      displayName: 'id-cli',
      servicePrincipalType: 'ManagedIdentity',
    });
  });

  it('create-for-rbac: a principal with a secret, whose role decides', async () => {
    const made = await operator.json(
      `az ad sp create-for-rbac --name ci --role Reader --scopes ${idOfGroup('rg-cli')}`,
    );
    const line = `az login --service-principal -u ${made.appId} -p '${made.password}' --tenant ${tenantId}`;
    expect(await operator.run(line, { home: '/tmp/ci' })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await operator.run('az group show -n rg-cli', { home: '/tmp/ci' })).toMatchObject({ exitCode: 0 });
    const refused = await operator.run('az group create -n rg-more -l westeurope', { home: '/tmp/ci' });
    expect(refused.stderr).toMatch(
      /perform action 'Microsoft.Resources\/subscriptions\/resourcegroups\/write' over scope/i,
    );
  });
});

describe('the end of an identity', () => {
  it('turned off: IMDS refuses the next request, tokens already out live on, role assignments are orphans', async () => {
    const token = await tokenOf(lab, 'https://vault.azure.net');
    const { oid } = claimsOf(token);
    const { userAssignedIdentities } = await operator.json('az vm identity show -g rg-apps -n vm-app01');
    const ids = Object.keys(userAssignedIdentities);
    await operator.json(`az vm identity remove -g rg-apps -n vm-app01 --identities '[system]' ${ids.join(' ')}`);

    const refused = await imds('https://vault.azure.net');
    expect([refused.status, refused.body]).toEqual([
      400,
      '{"error":"invalid_request","error_description":"Identity not found"}',
    ]);
    const secret = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';
    expect((await get(secret, token)).status).toBe(200);

    const vault = idOf('rg-data', 'Microsoft.KeyVault/vaults', 'kv-lab', 'contoso-data');
    const assignments = await operator.json(`az role assignment list --scope ${vault} --subscription contoso-data`);
    expect(assignments.find(({ principalId }: Printed) => principalId === oid)).toMatchObject({ principalName: '' });

    // A new one is somebody else, and has no role.
    const again = await operator.json("az vm identity assign -g rg-apps -n vm-app01 --identities '[system]'");
    expect(again.systemAssignedIdentity).not.toBe(oid);
    expect((await get(secret, await tokenOf(lab, 'https://vault.azure.net'))).status).toBe(403);
  });
});

describe('the commands that the page shows', () => {
  const apps = 'contoso-apps';
  const shown = async (kind: string, wanted: (one: Printed) => boolean): Promise<Printed> =>
    (await (await labApi(lab)).state.resources(kind)).find(wanted);
  const hostAt = async (resourceId: string) => {
    const at = ({ id }: Printed) => id.toLowerCase() === resourceId.toLowerCase();
    const { identities } = (await shown('virtualMachine', at)) ?? (await shown('site', at));
    const userIdentities = identities.filter((one: Printed) => one.identityType === 'UserAssigned');
    return {
      resourceId,
      hasSystemIdentity: identities.length > userIdentities.length,
      userIdentities: userIdentities.map((one: Printed) => one.resourceId),
    };
  };
  const run = async (action: AzAction) => {
    const { stderr, exitCode } = await operator.run(azCommand(action));
    expect([action.kind, exitCode, exitCode === 0 ? '' : stderr]).toEqual([action.kind, 0, '']);
  };

  it.each([
    ['vm-app02', 'Microsoft.Compute/virtualMachines'],
    ['func-app01', 'Microsoft.Web/sites'],
  ])('turn identities of %s off and on, and take them away', async (name, type) => {
    const id = idOf('rg-apps', type, name);
    const identityId = idOf('rg-apps', 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-pod');
    const before = await hostAt(id);
    await run({ kind: 'removeSystemIdentity', subscription: apps, host: before });
    expect((await hostAt(id)).hasSystemIdentity).toBe(false);
    await run({ kind: 'assignUserIdentity', subscription: apps, host: await hostAt(id), identityId });
    await run({ kind: 'assignSystemIdentity', subscription: apps, host: await hostAt(id) });
    expect(await hostAt(id)).toMatchObject({
      hasSystemIdentity: true,
      userIdentities: expect.arrayContaining([expect.stringMatching(/id-pod$/)]),
    });
    await run({ kind: 'removeUserIdentity', subscription: apps, host: await hostAt(id), identityId });
    expect((await hostAt(id)).userIdentities).toEqual(before.userIdentities);
  });

  it('make an identity, give it a role, take the role away, and delete the identity', async () => {
    const name = 'id-shown';
    const identityId = idOf('rg-apps', 'Microsoft.ManagedIdentity/userAssignedIdentities', name);
    await run({
      kind: 'createIdentity',
      subscription: apps,
      groupId: idOfGroup('rg-apps'),
      name,
      location: 'westeurope',
    });
    const { principalId } = await shown('userAssignedIdentity', (one) => one.name === name);
    const held = () => shown('roleAssignment', (one) => one.principalId === principalId);
    await run({
      kind: 'createRoleAssignment',
      ...{ subscription: 'contoso-data', name: randomUUID(), principalId, roleName: 'Storage Blob Data Reader' },
      roleDefinitionId: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
      scope: idOf('rg-data', 'Microsoft.Storage/storageAccounts', 'stlab', 'contoso-data'),
      condition: "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'samples'",
    });
    const { id, condition } = await held();
    expect(condition).toContain("StringEquals 'samples'");
    await run({ kind: 'deleteRoleAssignment', subscription: 'contoso-data', id });
    expect(await held()).toBeUndefined();
    await run({ kind: 'deleteIdentity', subscription: apps, identityId });
    expect(await shown('userAssignedIdentity', (one) => one.name === name)).toBeUndefined();
  });

  it('make an application with a secret that ends, of the exercise client-secret', async () => {
    const { now } = await (await labApi(lab)).clock.read();
    const endsAt = new Date((now + 3_600) * 1_000).toISOString().replace('.000', '');
    const line = (which: number, clientId = '') => commands({ clientId, endsAt }).split('\n')[which] ?? '';
    const application = await operator.json(line(0));
    expect(application).toMatchObject({ displayName: 'nightly-job', passwordCredentials: [] });
    const { appId } = application;
    expect(await operator.json(line(1, appId))).toMatchObject({ appId, servicePrincipalType: 'Application' });
    const { password, tenant } = await operator.json(line(2, appId));
    expect(tenant).toBe(tenantId);
    const { passwordCredentials } = await operator.json(`az ad app show --id ${appId}`);
    expect(passwordCredentials).toEqual([expect.objectContaining({ endDateTime: endsAt })]);
    const login = `az login --service-principal -u ${appId} -p '${password}' --tenant ${tenant} --allow-no-subscriptions`;
    expect(await operator.run(login, { home: '/tmp/nightly' })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(commands({ clientId: appId, endsAt }).split('\n')).toHaveLength(3);
  });

  it('delete a machine', async () => {
    await run({
      kind: 'deleteVirtualMachine',
      subscription: apps,
      resourceId: idOf('rg-apps', 'Microsoft.Compute/virtualMachines', 'vm-app02'),
    });
    expect(await shown('virtualMachine', ({ name }) => name === 'vm-app02')).toBeUndefined();
  });
});

describe('warnings', () => {
  it.each([
    'az group list',
    'az identity list',
    'az role assignment list --all',
    'az keyvault list',
    'az vm list',
    'az ad app list',
  ])('%s: says nothing on standard error, not even with warnings on', async (line) => {
    const { stderr, exitCode } = await operator.run(line, { warnings: true });
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

// The last one: it is another day afterwards.
describe("the lab's clock", () => {
  it('was moved: az asks for new tokens, and is signed in as before', async () => {
    const names = async () => {
      const { stdout, stderr, exitCode } = await labCommand(['az', 'group', 'list', '--query', '[].name']);
      expect([exitCode, stderr]).toEqual([0, '']);
      return JSON.parse(stdout);
    };
    const before = await names();
    await (await labApi(lab)).clock.forward(25 * 3_600);
    expect(await names()).toEqual(before);
  });
});
