import { describe, expect, it } from 'vitest';
import type { AzAction } from './action.ts';
import { azCommand } from './az-command.ts';
import { armRequest } from './azure-request.ts';

const GROUP = '/subscriptions/55555555-5555-4555-8555-555555555555/resourceGroups/rg-apps';
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-app01`;
const SITE = `${GROUP}/providers/Microsoft.Web/sites/func-app01`;
const ORDERS = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders`;
const POD = ORDERS.replace('id-orders', 'id-pod');
const ASSIGNMENT = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/abababab-0000-4000-8000-000000000001`;
const subscription = 'contoso-apps';

const vm = (hasSystemIdentity: boolean, ...userIdentities: string[]) => ({
  resourceId: VM,
  hasSystemIdentity,
  userIdentities,
});

type Row = [what: string, action: AzAction, command: string, request: object];

describe('the same thing as a command and as a request', () => {
  it.each<Row>([
    [
      'a system-assigned identity is turned on, beside a user-assigned one',
      { kind: 'assignSystemIdentity', subscription, host: vm(false, ORDERS) },
      'az vm identity assign -g rg-apps -n vm-app01 --subscription contoso-apps',
      {
        method: 'PATCH',
        path: `${VM}?api-version=2024-11-01`,
        body: { identity: { type: 'SystemAssigned, UserAssigned' } },
      },
    ],
    [
      'and on a function app',
      {
        kind: 'assignSystemIdentity',
        subscription,
        host: { resourceId: SITE, hasSystemIdentity: false, userIdentities: [] },
      },
      'az functionapp identity assign -g rg-apps -n func-app01 --subscription contoso-apps',
      { method: 'PATCH', path: `${SITE}?api-version=2024-04-01`, body: { identity: { type: 'SystemAssigned' } } },
    ],
    [
      'it is turned off, and there is none then',
      { kind: 'removeSystemIdentity', subscription, host: vm(true) },
      "az vm identity remove -g rg-apps -n vm-app01 --identities '[system]' --subscription contoso-apps",
      { method: 'PATCH', path: `${VM}?api-version=2024-11-01`, body: { identity: { type: 'None' } } },
    ],
    [
      'a user-assigned identity is assigned',
      { kind: 'assignUserIdentity', subscription, host: vm(true), identityId: POD },
      `az vm identity assign -g rg-apps -n vm-app01 --identities ${POD} --subscription contoso-apps`,
      {
        method: 'PATCH',
        path: `${VM}?api-version=2024-11-01`,
        body: { identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [POD]: {} } } },
      },
    ],
    [
      'one of two is removed',
      { kind: 'removeUserIdentity', subscription, host: vm(false, ORDERS, POD), identityId: POD.toUpperCase() },
      `az vm identity remove -g rg-apps -n vm-app01 --identities ${POD.toUpperCase()} --subscription contoso-apps`,
      {
        method: 'PATCH',
        path: `${VM}?api-version=2024-11-01`,
        body: { identity: { type: 'UserAssigned', userAssignedIdentities: { [POD.toUpperCase()]: null } } },
      },
    ],
    [
      'the last one is removed',
      { kind: 'removeUserIdentity', subscription, host: vm(true, ORDERS), identityId: ORDERS },
      `az vm identity remove -g rg-apps -n vm-app01 --identities ${ORDERS} --subscription contoso-apps`,
      {
        method: 'PATCH',
        path: `${VM}?api-version=2024-11-01`,
        body: { identity: { type: 'SystemAssigned' } },
      },
    ],
    [
      'an identity is made',
      { kind: 'createIdentity', subscription, groupId: GROUP, name: 'id-new', location: 'westeurope' },
      'az identity create -g rg-apps -n id-new -l westeurope --subscription contoso-apps',
      {
        method: 'PUT',
        path: `${ORDERS.replace('id-orders', 'id-new')}?api-version=2023-01-31`,
        body: { location: 'westeurope' },
      },
    ],
    [
      'an identity is deleted',
      { kind: 'deleteIdentity', subscription, identityId: ORDERS },
      'az identity delete -g rg-apps -n id-orders --subscription contoso-apps',
      { method: 'DELETE', path: `${ORDERS}?api-version=2023-01-31` },
    ],
    [
      'a machine is deleted',
      { kind: 'deleteVirtualMachine', subscription, resourceId: VM },
      'az vm delete -g rg-apps -n vm-app01 --yes --subscription contoso-apps',
      { method: 'DELETE', path: `${VM}?api-version=2024-11-01` },
    ],
    [
      'a role is assigned, with a condition',
      {
        kind: 'createRoleAssignment',
        subscription,
        name: 'abababab-0000-4000-8000-000000000001',
        principalId: 'p',
        roleDefinitionId: 'r',
        roleName: 'Storage Blob Data Reader',
        scope: GROUP,
        condition: "@Resource[a] StringEquals 'b'",
      },
      `az role assignment create --assignee-object-id p --assignee-principal-type ServicePrincipal --role 'Storage Blob Data Reader' --scope ${GROUP} --condition '@Resource[a] StringEquals '\\''b'\\''' --condition-version 2.0 --subscription contoso-apps`,
      {
        method: 'PUT',
        path: `${ASSIGNMENT}?api-version=2022-04-01`,
        body: {
          properties: {
            roleDefinitionId: `${GROUP.slice(0, 51)}/providers/Microsoft.Authorization/roleDefinitions/r`,
            principalId: 'p',
            principalType: 'ServicePrincipal',
            condition: "@Resource[a] StringEquals 'b'",
            conditionVersion: '2.0',
          },
        },
      },
    ],
    [
      'a role is taken away',
      { kind: 'deleteRoleAssignment', subscription: "it's mine", id: ASSIGNMENT },
      `az role assignment delete --ids ${ASSIGNMENT} --subscription 'it'\\''s mine'`,
      { method: 'DELETE', path: `${ASSIGNMENT}?api-version=2022-04-01` },
    ],
  ])('%s', (_, action, command, request) => {
    expect(azCommand(action).replaceAll(/\\\n +/g, '')).toBe(command);
    expect(armRequest(action)).toEqual(request);
  });
});

it('has a line for each option where it is long, which a shell reads as one', () => {
  const command = azCommand({ kind: 'deleteRoleAssignment', subscription, id: ASSIGNMENT });
  expect(command).toBe(`az role assignment delete \\\n  --ids ${ASSIGNMENT} \\\n  --subscription contoso-apps`);
});
