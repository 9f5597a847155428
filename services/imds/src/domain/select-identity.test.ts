import { queryOf } from '@lab/shared/http/request.ts';
import { expect, it } from 'vitest';
import { identity, system, user } from '../testing.ts';
import type { Identity } from './host.ts';
import { parseSelector, selectAppServiceIdentity, selectIdentity } from './select-identity.ts';

const parse = (query: string) => parseSelector(queryOf({ url: `/?${query}` }));
const select = (identities: Identity[], query = '') => selectIdentity(identities, parse(query));
const other = identity(3);
const NOT_FOUND = 'Identity not found';

it.each([
  ['the system-assigned one among others', [user, system], system],
  ['the only user-assigned one', [user], user],
])('gives without a selector %s', (_, identities, expected) => expect(select(identities)).toBe(expected));

it.each([
  ['nothing', [], '', NOT_FOUND],
  ['two user-assigned ones', [user, other], '', /^Multiple user assigned identities exist/],
  ['an id of another machine', [system], `client_id=${user.clientId}`, NOT_FOUND],
  ['an empty selector', [system], 'client_id=', NOT_FOUND],
  ['a principal id as client id', [user], `client_id=${user.principalId}`, NOT_FOUND],
  ['the machine as resource id', [system], `msi_res_id=${system.resourceId}`, NOT_FOUND],
  ['two selectors, though they agree', [user], `client_id=${user.clientId}&object_id=${user.principalId}`, /exclusive/],
  ['two names of one selector', [user], `msi_res_id=${user.resourceId}&mi_res_id=${user.resourceId}`, /exclusive/],
])('refuses %s', (_, identities, query, message) => {
  expect(() => select(identities, query)).toThrow(message);
  expect(() => select(identities, query)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

it.each([
  ['client_id', user.clientId],
  ['object_id', user.principalId],
  ['principal_id', user.principalId],
  ['msi_res_id', user.resourceId],
  ['mi_res_id', user.resourceId],
  ['msi-res-id', user.resourceId],
])('finds an identity by %s in any case', (name, value) => {
  for (const sent of [value, value.toUpperCase(), value.toLowerCase()]) {
    expect(select([system, user, other], `${name}=${encodeURIComponent(sent)}`)).toBe(user);
  }
});

it('finds the system-assigned identity by its own client and object id', () => {
  expect(select([system, user], `client_id=${system.clientId}`)).toBe(system);
  expect(select([system, user], `object_id=${system.principalId}`)).toBe(system);
});

it('gives over the App Service protocol the system-assigned one only, unless another is selected', () => {
  expect(selectAppServiceIdentity([user], undefined)).toBeUndefined();
  expect(selectAppServiceIdentity([user, system], undefined)).toBe(system);
  expect(selectAppServiceIdentity([user, system], parse(`client_id=${user.clientId}`))).toBe(user);
});
