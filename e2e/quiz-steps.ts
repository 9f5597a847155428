import { expect } from 'vitest';

/** The step that each question of the quiz is answered by, as the lab API tells of it: service, status, checks, and whose it is. */

const check = (name: string, outcome: 'passed' | 'failed'): unknown =>
  expect.arrayContaining([expect.objectContaining({ check: name, outcome })]);
const guid: unknown = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const GIVEN = {
  target: 'imds',
  event: { operation: 'GetManagedIdentityToken', status: 200, virtualMachine: 'vm-app01', principalId: guid },
};
const ISSUED = {
  target: 'entra',
  event: {
    ...{ status: 200, principalId: guid, checks: check('assertion signature', 'passed') },
    issued: { claims: { xms_mirid: expect.stringMatching(/^\/subscriptions\//) as unknown } },
  },
};
const READ = {
  target: 'keyvault',
  event: {
    ...{ operation: 'GetSecret', status: 200, principalId: guid, checks: check('signature', 'passed') },
    decision: { grantedBy: expect.stringContaining('/roleAssignments/') as unknown },
  },
};
const refused = (target: string, status: number, name: string, event: object = {}) => ({
  target,
  event: { status, checks: check(name, 'failed'), ...event },
});

export const STEPS: Readonly<Record<string, object>> = {
  'receives-token': GIVEN,
  'no-credential': ISSUED,
  'imds-passwords': READ,
  'second-request': { ...GIVEN, event: { ...GIVEN.event, note: 'answered from the cache' } },
  'who-signs': ISSUED,
  'vault-validates': READ,
  'not-enabled': refused('imds', 400, 'identity', { errorMessage: 'Identity not found', virtualMachine: 'vm-app01' }),
  'who-decides': READ,
  challenge: refused('keyvault', 401, 'bearer token'),
  'token-for-storage': refused('blob', 401, 'audience'),
  'no-selector': refused('imds', 400, 'identity', { errorMessage: expect.stringMatching(/^Multiple/) as unknown }),
  'metadata-header': refused('imds', 400, 'metadata header', { virtualMachine: 'vm-app01' }),
  'functions-endpoint': {
    target: 'appservice',
    event: { status: 200, site: 'func-app01', principalId: guid, checks: check('identity header', 'passed') },
  },
  'stolen-token': { ...READ, event: { ...READ.event, caller: 'outsider', virtualMachine: 'vm-app01' } },
  'old-key': READ,
  'other-tenant': refused('keyvault', 401, 'issuer', { host: expect.stringContaining('kv-fabrikam') as unknown }),
  'other-subscription': READ,
  'who-renews': ISSUED,
  'what-to-retry': {
    target: 'imds',
    event: { operation: 'GetManagedIdentityToken', status: 503, fault: expect.stringMatching(/^imds-/) as unknown },
  },
};
