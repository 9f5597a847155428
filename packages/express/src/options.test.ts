import { expect, it } from 'vitest';
import { ENTRA } from './authority.ts';
import { settingsOf } from './options.ts';
import { requireManagedIdentity } from './require-managed-identity.ts';
import { TENANT } from './testing.ts';
import type { ManagedIdentityOptions } from './types.ts';

const GOOD = { audience: 'api://orders-api', tenant: TENANT };

it('goes by the real Entra unless it is told of the lab', () => {
  expect(settingsOf(GOOD, { AZURE_AUTHORITY_HOST: 'https://localhost:1' }).authority).toBe(ENTRA);
  expect(settingsOf({ ...GOOD, lab: false }, {}).authority).toBe(ENTRA);
});

it('takes the tenant that the environment names where none is given', () => {
  expect(settingsOf({ audience: 'x' }, { AZURE_TENANT_ID: TENANT.toUpperCase() }).tenants).toEqual([TENANT]);
});

it.each([
  ['no audience', { audience: undefined }, /audience: expected at least one/],
  ['an empty audience', { audience: '' }, /audience: expected a text/],
  ['no audience in a list', { audience: [] }, /audience: expected at least one/],
  ['no tenant', { tenant: undefined }, /tenant: expected at least one/],
  ['every tenant', { tenant: 'common' }, /tenant: expected the GUID of a tenant, not 'common'/],
  ['every organization', { tenant: 'organizations' }, /tenant: expected the GUID/],
  ['the name of a tenant', { tenant: 'contoso.onmicrosoft.com' }, /tenant: expected the GUID/],
  ['a list of no roles', { roles: [] }, /roles: expected at least one/],
  ['a role that is no text', { roles: [1] }, /roles: expected a text/],
  ['a lab that is a text', { lab: 'true' }, /lab: expected true, false or an object/],
  ['roles from a variable that is not set', { roles: undefined }, /roles: expected at least one/],
  ['an option of another name', { role: ['Orders.Read'] }, /role: there is no such option; there are audience, roles/],
  ['an option of the lab of another name', { lab: { enabled: false } }, /lab\.enabled: there is no such option/],
  ['a list for the lab', { lab: ['x'] }, /lab\.0: there is no such option/],
  ['bytes for the authority of the lab', { lab: { ca: Buffer.from('x') } }, /lab\.ca: expected PEM, as a text/],
  ['a clock that says no time', { clock: {} }, /clock: expected a function now/],
  ['a callback that is none', { onDecision: true }, /onDecision: expected a function/],
  ['a lab that is null', { lab: null }, /lab: expected true, false or an object/],
])('refuses options with %s', (_, change, message) =>
  expect(() => settingsOf({ ...GOOD, ...change } as unknown as ManagedIdentityOptions, {})).toThrow(message),
);

it('opens nothing for options that are not usable', () => {
  expect(() => requireManagedIdentity({ audience: 'x', tenant: 'common' })).toThrow(TypeError);
});
