/** Resource Manager as Azure's own JavaScript clients see it: their pollers, their pages, their parsers. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ComputeManagementClient } from '@azure/arm-compute';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';

const GROUP = 'rg-sdk';
const LOCATION = 'westeurope';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
/** Of virtual machines; generic clients are told one. */
const VERSION = '2024-07-01';

let lab: EmbeddedLab;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  lab = await startLab();
  clients = clientsOf(lab);
  await clients.resources.resourceGroups.createOrUpdate(GROUP, { location: LOCATION });
});
afterAll(() => lab?.close());

function clientsOf({ armUrl, caBundle, environment, operators }: EmbeddedLab) {
  const [operator] = operators;
  const subscriptionId = operator?.subscriptions[0]?.subscriptionId;
  if (!operator || !subscriptionId) throw new Error('the lab has no operator');
  const tlsOptions = { ca: readFileSync(caBundle, 'utf8') };
  const { tenantId, clientId, clientSecret } = operator;
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: environment.AZURE_AUTHORITY_HOST ?? '',
    disableInstanceDiscovery: true,
    tlsOptions,
  });
  const options = { endpoint: armUrl, credentialScopes: 'https://management.azure.com/.default', tlsOptions };
  return {
    scope: `/subscriptions/${subscriptionId}/resourceGroups/${GROUP}`,
    resources: new ResourceManagementClient(credential, subscriptionId, options),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, options),
    identities: new ManagedServiceIdentityClient(credential, subscriptionId, options),
    compute: new ComputeManagementClient(credential, subscriptionId, options),
  };
}

async function namesOf(pages: AsyncIterable<{ name?: string | undefined }>): Promise<(string | undefined)[]> {
  const names = [];
  for await (const { name } of pages) names.push(name);
  return names;
}

it('takes a virtual machine and its identities from making to deletion', async () => {
  const { identities, compute, resources, scope } = clients;
  const identity = await identities.userAssignedIdentities.createOrUpdate(GROUP, 'id-sdk', { location: LOCATION });
  const machines = compute.virtualMachines;
  const made = await machines.beginCreateOrUpdateAndWait(GROUP, 'vm-sdk', {
    location: LOCATION,
    hardwareProfile: { vmSize: 'Standard_B1s' },
    identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [identity.id ?? '']: {} } },
  });
  expect(Object.values(made.identity?.userAssignedIdentities ?? {})).toEqual([
    { principalId: identity.principalId, clientId: identity.clientId },
  ]);
  const id = `${scope}/providers/Microsoft.Compute/virtualMachines/vm-sdk`;
  const own = await identities.systemAssignedIdentities.getByScope(id);
  expect(own.principalId).toBe(made.identity?.principalId);
  expect(await machines.beginCreateOrUpdateAndWait(GROUP, 'vm-sdk', await machines.get(GROUP, 'vm-sdk'))).toMatchObject(
    {
      identity: made.identity,
    },
  );
  const off = await machines.beginUpdateAndWait(GROUP, 'vm-sdk', { identity: { type: 'None' } });
  expect(off.identity).toBeUndefined();
  expect(await namesOf(machines.listAll())).toContain('vm-sdk');
  expect(await namesOf(machines.list(GROUP))).toEqual(['vm-sdk']);
  expect(await resources.resources.checkExistenceById(id, VERSION)).toEqual({ body: true });
  await machines.beginDeleteAndWait(GROUP, 'vm-sdk');
  expect(await resources.resources.checkExistenceById(id, VERSION)).toEqual({ body: false });
});

it('gives lists of several pages in full, each resource once', async () => {
  const { identities, resources } = clients;
  const make = (name: string) => identities.userAssignedIdentities.createOrUpdate(GROUP, name, { location: LOCATION });
  const wanted = Array.from({ length: 120 }, (_, index) => `id-page-${index}`);
  for (const name of wanted) await make(name);
  const filter = "substringof('id-page-', name)";
  const sizes = [];
  const names = [];
  for await (const page of resources.resources.listByResourceGroup(GROUP, { filter, top: 50 }).byPage()) {
    sizes.push(page.length);
    names.push(...page.map(({ name }) => name));
  }
  expect(sizes).toEqual([50, 50, 20]);
  expect(names.sort()).toEqual(wanted.sort());
});

it('assigns roles by scope and by id, lists them in every way, and takes them back', async () => {
  const { authorization, identities, scope } = clients;
  const { principalId = '' } = await identities.userAssignedIdentities.createOrUpdate(GROUP, 'id-roles', {
    location: LOCATION,
  });
  const { roleAssignments, roleDefinitions } = authorization;
  const [reader] = await Array.fromAsync(roleDefinitions.list(scope, { filter: "roleName eq 'Reader'" }));
  expect([reader?.name, reader?.createdOn]).toEqual([READER, expect.any(Date)]);
  const roleDefinitionId = reader?.id ?? '';
  const asked = { roleDefinitionId, principalId, principalType: 'ServicePrincipal' };
  const made = await roleAssignments.create(scope, randomUUID(), asked);
  expect(made).toMatchObject({ ...asked, scope, createdOn: expect.any(Date) });
  await expect(roleAssignments.create(scope, randomUUID(), asked)).rejects.toMatchObject({
    statusCode: 409,
    code: 'RoleAssignmentExists',
  });
  const filter = `principalId eq '${principalId}'`;
  const lists = [
    roleAssignments.listForScope(scope, { filter }),
    roleAssignments.listForResourceGroup(GROUP, { filter }),
    roleAssignments.listForSubscription({ filter: `assignedTo('${principalId}')` }),
  ];
  for (const list of lists) expect(await namesOf(list)).toEqual([made.name]);
  expect((await roleAssignments.getById(made.id ?? '')).name).toBe(made.name);
  expect((await roleAssignments.deleteById(made.id ?? '')).name).toBe(made.name);
  expect(await namesOf(roleAssignments.listForScope(scope, { filter }))).toEqual([]);
  expect(await namesOf(authorization.denyAssignments.listForScope(scope))).toEqual([]);
  const permissions = await Array.fromAsync(authorization.permissions.listForResourceGroup(GROUP));
  expect(permissions).toContainEqual(expect.objectContaining({ actions: ['*'] }));
});

it('changes and deletes a resource of any type by its id, and its tags at their scope', async () => {
  const { resources, scope } = clients;
  const id = `${scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-generic`;
  const version = '2023-01-31';
  const generic = resources.resources;
  await generic.beginCreateOrUpdateByIdAndWait(id, version, { location: LOCATION });
  expect((await generic.beginUpdateByIdAndWait(id, version, { tags: { a: 'b' } })).tags).toEqual({ a: 'b' });
  const patch = { operation: 'Merge', properties: { tags: { c: 'd' } } };
  const { properties } = await resources.tagsOperations.beginUpdateAtScopeAndWait(id, patch);
  expect(properties).toEqual({ tags: { a: 'b', c: 'd' } });
  await generic.beginDeleteByIdAndWait(id, version);
  await expect(generic.getById(id, version)).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
});

it('deletes a group with all that is in it', async () => {
  const { resources } = clients;
  await resources.resourceGroups.beginDeleteAndWait(GROUP);
  expect(await resources.resourceGroups.checkExistence(GROUP)).toEqual({ body: false });
});
