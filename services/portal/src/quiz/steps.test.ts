import type { CheckMade, FlowEvent } from '@lab/shared/events.ts';
import { describe, expect, it } from 'vitest';
import { happened } from '../testing/evidence.ts';
import * as all from './steps.ts';

const steps = { ...all };

const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;
const passed = (...names: CheckMade['check'][]): CheckMade[] => names.map((check) => ({ check, outcome: 'passed' }));
const failed = (check: CheckMade['check']): CheckMade[] => [{ check, outcome: 'failed', reason: 'Why.' }];
const MACHINE = '/subscriptions/one/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-app01';
const token = (claims: Record<string, unknown> = {}, kid = 'k1') => ({
  header: { kid },
  claims: { tid: 't1', ...claims },
});

const imds = (what: Partial<FlowEvent> = {}) =>
  happened('imds', { operation: 'GetManagedIdentityToken', virtualMachine: 'vm-app01', ...what });
const given = imds({ tokenId: 'u1', audience: 'https://vault.azure.net/', note: 'asked entra' });
const cached: FlowEvent = { ...given, note: 'answered from the cache' };
const issued = happened('entra', {
  ...{ tokenId: 'u1', checks: passed('tenant', 'assertion signature') },
  issued: token({ xms_mirid: MACHINE }),
});
const read = happened('keyvault', {
  ...{ operation: 'GetSecret', tokenId: 'u1', caller: 'vm-app01', virtualMachine: 'VM-APP01' },
  ...{ checks: passed('signature', 'issuer'), token: token({ xms_mirid: MACHINE }) },
  decision: { operation: 'x', resourceId: '/subscriptions/two/x', grantedBy: 'a1', considered: [] },
});
const refused = (check: CheckMade['check'], what: Partial<FlowEvent> = {}) =>
  imds({ status: 400, checks: failed(check), ...what });
const foreign = happened('keyvault', {
  ...{ status: 401, checks: [...passed('signature'), ...failed('issuer')] },
  token: token({ iss: 'https://sts.windows.net/t1/' }),
});
const atBlob = happened('blob', {
  ...{ status: 401, checks: failed('audience'), token: token({ aud: 'https://vault.azure.net/' }) },
});
const struck = imds({ status: 503, fault: 'imds-1' });
const toFunction = happened('appservice', {
  ...{ operation: 'GetManagedIdentityToken', tokenId: 'u2', site: 'func-app01', checks: passed('identity header') },
});
const challenge = happened('keyvault', { status: 401, checks: failed('bearer token') });
const multiple = refused('identity', { errorMessage: 'Multiple user assigned identities exist …' });
const unknown = refused('identity', { errorMessage: 'Identity not found' });
const elsewhere: FlowEvent = { ...read, caller: 'outsider' };

describe('a step that answers a question', () => {
  const ALL = {
    given,
    cached,
    issued,
    read,
    foreign,
    atBlob,
    struck,
    toFunction,
    challenge,
    multiple,
    unknown,
    elsewhere,
  };
  const others = { withoutHeader: refused('metadata header'), versionless: refused('api-version') };
  it.each<[keyof typeof steps, string[]]>([
    ['tokenGiven', ['given', 'cached']],
    ['givenFromCache', ['cached']],
    ['tokenIssued', ['issued']],
    ['secretRead', ['read', 'elsewhere']],
    ['readAcrossSubscriptions', ['read', 'elsewhere']],
    ['readElsewhere', ['elsewhere']],
    ['readWithOldKey', []],
    ['challenged', ['challenge']],
    ['foreignTokenRefused', ['foreign']],
    ['vaultTokenAtBlob', ['atBlob']],
    ['withoutHeader', ['withoutHeader']],
    ['noIdentity', ['unknown']],
    ['severalIdentities', ['multiple']],
    ['failedForNow', ['struck']],
    ['givenToFunction', ['toFunction']],
  ])('%s is seen there and nowhere else', (name, seen) => {
    const events = Object.entries({ ...ALL, ...others });
    const heard = events.map(([, event]) => event);
    expect(events.flatMap(([known, event]) => (steps[name](event, heard) ? [known] : []))).toEqual(seen);
  });

  it.each<[keyof typeof steps, string, FlowEvent, Partial<FlowEvent>]>([
    ['tokenGiven', 'for something else', given, { audience: 'https://storage.azure.com' }],
    ['tokenGiven', 'that is refused', given, { status: 400 }],
    ['tokenIssued', 'to an application with a secret', issued, { checks: passed('credential') }],
    ['tokenIssued', 'that is refused', issued, { status: 401 }],
    ['secretRead', 'without a role', read, { status: 403, decision: { ...read.decision, grantedBy: null } as never }],
    ['readAcrossSubscriptions', 'in one', read, { token: token({ xms_mirid: MACHINE.replace('one', 'TWO') }) }],
    ['readAcrossSubscriptions', 'by who is in none', read, { token: token() }],
    ['readElsewhere', 'by nobody knows whom', elsewhere, { caller: undefined } as never],
    ['foreignTokenRefused', 'with a forged issuer', foreign, { token: token({ iss: 'https://evil.example/' }) }],
    ['foreignTokenRefused', 'with a bad signature', foreign, { checks: failed('signature') }],
    ['vaultTokenAtBlob', 'for Resource Manager', atBlob, { token: token({ aud: 'https://management.azure.com' }) }],
    ['failedForNow', 'that is no fault', struck, { fault: undefined } as never],
    ['failedForNow', 'that is wrong for good', struck, { status: 400 }],
    ['givenToFunction', 'to a virtual machine', toFunction, { site: undefined } as never],
  ])('%s is no request %s', (name, _, event, other) => {
    expect(steps[name](event, [event])).toBe(true);
    expect(steps[name]({ ...event, ...other }, [event])).toBe(false);
  });
});

describe('a secret read with an old key', () => {
  const first = imds({ at: at(1), tokenId: 'u1', issued: token() });
  const second = imds({ at: at(3), tokenId: 'u2', issued: token({}, 'k2') });
  const reading = (second: number, tokenId: string): FlowEvent => ({ ...read, at: at(second), tokenId });

  it.each<[string, FlowEvent, FlowEvent[], boolean]>([
    ['after a token of another key was issued', reading(4, 'u1'), [first, second], true],
    ['before that', reading(2, 'u1'), [first, second], false],
    ['with the new one', reading(4, 'u2'), [first, second], false],
    ['where nobody remembers who issued it', reading(4, 'u1'), [second], false],
    [
      'after another tenant issued one',
      reading(4, 'u1'),
      [first, { ...second, issued: token({ tid: 't2' }, 'k2') }],
      false,
    ],
  ])('is one %s: %#', (_, event, heard, isOne) => expect(steps.readWithOldKey(event, heard)).toBe(isOne));
});
