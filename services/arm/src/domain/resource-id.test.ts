import { expect, it } from 'vitest';
import { findResourceId, parseResourceId } from './resource-id.ts';

const SUB = '/subscriptions/55555555-5555-4555-8555-555555555555';

it.each([
  ['/', 'tenant', '/', undefined],
  ['//', 'tenant', '/', undefined],
  [SUB, 'subscription', SUB, undefined],
  [`/${SUB.toUpperCase()}/`, 'subscription', SUB, undefined],
  [`${SUB}/resourcegroups/Rg`, 'resourceGroup', `${SUB}/resourceGroups/Rg`, undefined],
  [
    '/providers/Microsoft.Management/managementGroups/mg',
    'managementGroup',
    undefined,
    'Microsoft.Management/managementGroups',
  ],
  [
    `${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`,
    'resource',
    undefined,
    'Microsoft.KeyVault/vaults',
  ],
  [
    `${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/secrets/s`,
    'resource',
    undefined,
    'Microsoft.KeyVault/vaults/secrets',
  ],
  [
    `${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/providers/Microsoft.Authorization/roleAssignments/x`,
    'resource',
    undefined,
    'Microsoft.Authorization/roleAssignments',
  ],
])('reads %s', (text, level, id, type) => {
  const found = parseResourceId(text);
  expect([found.level, found.id, found.type]).toEqual([level, id ?? text, type]);
});

it('knows what each thing is in', () => {
  const vault = `${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`;
  const extension = parseResourceId(`${vault}/secrets/s/providers/Microsoft.Authorization/roleAssignments/x`);
  const chain = [extension];
  for (let at = extension.parent; at; at = at.parent) chain.push(at);
  expect(chain.map(({ id }) => id).slice(1)).toEqual([
    `${vault}/secrets/s`,
    vault,
    `${SUB}/resourceGroups/rg`,
    SUB,
    '/',
  ]);
});

it.each([
  ['', 'nothing'],
  ['subscriptions', 'no slash first'],
  ['/subscriptions', 'no subscription'],
  ['/subscriptions/contoso', 'no GUID'],
  [`${SUB}/resourceGroups`, 'no group'],
  [`${SUB}/resourceGroups/..`, 'a step up'],
  [`${SUB}/resourceGroups/rg/vaults/kv`, 'no provider'],
  [`${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault`, 'no type'],
  [`${SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults`, 'no name'],
  [`${SUB}/resourceGroups/rg//providers/Microsoft.KeyVault/vaults/kv`, 'an empty segment'],
  [`${SUB}/resourceGroups/r%2Fg`, 'an encoded slash'],
  [`${SUB}/resourceGroups/r\u0000g`, 'a control character'],
  [`${SUB}/resourceGroups/${'r'.repeat(261)}`, 'a name without end'],
])('refuses %j: %s', (text) => {
  expect(findResourceId(text)).toBeUndefined();
  expect(() => parseResourceId(text)).toThrow('Expect fully qualified resource Id');
});
