import { expect, it } from 'vitest';
import { parseFilter } from './filter.ts';

const principal = {
  id: '11111111-1111-4111-8111-111111111111',
  displayName: "Contoso's app",
  accountEnabled: true,
  servicePrincipalNames: ['api://contoso', '22222222-2222-4222-8222-222222222222'],
  appRoles: [{ value: 'Tasks.Read', isEnabled: true }],
  api: { requestedAccessTokenVersion: 2 },
  createdDateTime: '2026-01-31T12:00:00Z',
  homepage: null,
};

it.each([
  ["displayName eq 'contoso''s APP'", true],
  ["displayName eq 'Contoso'", false],
  ["displayName ne 'x'", true],
  ["startswith(displayName,'cont')", true],
  ["startsWith(displayName, 'cont')", true],
  ["endswith(displayName,'app')", true],
  ["contains(displayName,'nope')", false],
  ["servicePrincipalNames/any(c:c eq 'API://contoso')", true],
  ["servicePrincipalNames/any(c:c eq 'api://other')", false],
  ["servicePrincipalNames/any(s: startswith(s, 'api:'))", true],
  ["appRoles/any(r:r/value eq 'Tasks.Read' and r/isEnabled eq true)", true],
  ["id eq '11111111-1111-4111-8111-111111111111'", true],
  ['id eq 11111111-1111-4111-8111-111111111111', true],
  ["id in ('x', '11111111-1111-4111-8111-111111111111')", true],
  ['accountEnabled eq true', true],
  ['accountEnabled eq false', false],
  ['homepage eq null', true],
  ['api/requestedAccessTokenVersion eq 2', true],
  ['createdDateTime ge 2026-01-01T00:00:00Z', true],
  ['createdDateTime lt 2026-01-01T00:00:00Z', false],
  ["not startswith(displayName,'x') and accountEnabled eq true", true],
  ["displayName eq 'x' or accountEnabled eq true and id eq 'y'", false],
  ["(displayName eq 'x' or accountEnabled eq true) and startswith(displayName,'C')", true],
  ["__proto__/x eq 'y'", false],
  ["constructor/name eq 'Object'", false],
])('%s is %s', (text, expected) => expect(parseFilter(text)(principal)).toBe(expected));

it.each([
  '',
  'displayName',
  "displayName eq 'x",
  "displayName is 'x'",
  "displayName eq 'x' and",
  "displayName eq 'x') or (true eq true",
  "startswith(displayName,'x'",
  'any(c:c eq 1)',
  "x/any(:c eq 'y')",
  "displayName eq 'x';",
  '((((((((((((((((((((((a eq 1))))))))))))))))))))))',
  "tags/any(a:tags/any(b:b eq 'x'))",
  "tags/any(a:a eq 'x' and (id eq 'y' or tags/any(b:b eq 'x')))",
  `displayName eq '${'x'.repeat(3_000)}'`,
])('refuses %s', (text) => expect(() => parseFilter(text)).toThrow('Invalid filter clause'));
