import { expect, it } from 'vitest';
import { BUILT_IN_ROLES } from './built-in-roles.ts';

it('has each role once, by id and by name', () => {
  expect(new Set(BUILT_IN_ROLES.map(({ id }) => id)).size).toBe(BUILT_IN_ROLES.length);
  expect(new Set(BUILT_IN_ROLES.map(({ roleName }) => roleName)).size).toBe(BUILT_IN_ROLES.length);
});

it('grants data actions in roles of data planes alone', () => {
  const without = BUILT_IN_ROLES.filter(({ dataActions }) => dataActions.length === 0).map(({ roleName }) => roleName);
  expect(without).toEqual(
    expect.arrayContaining(['Owner', 'Contributor', 'Key Vault Contributor', 'Storage Account Contributor']),
  );
});
