import type { Clock } from '@lab/shared/clock.ts';
import { type Authority, ENTRA, labAuthority } from './authority.ts';
import { mistake } from './mistake.ts';
import type { ManagedIdentityOptions } from './types.ts';

/** What the middleware was asked for, checked. */
export type Settings = {
  readonly audiences: readonly string[];
  /** Lower case. */
  readonly tenants: readonly string[];
  readonly roles: readonly string[] | undefined;
  readonly authority: Authority;
  readonly clock: Clock | undefined;
};

const OPTIONS = ['audience', 'roles', 'tenant', 'lab', 'clock', 'onDecision'];
const LAB_OPTIONS = ['authority', 'ca'];
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Checks the options when the middleware is made, so that a mistake shows at the start and opens nothing.
 * @throws TypeError that says what is wrong with which option.
 */
export function settingsOf(options: ManagedIdentityOptions, environment: NodeJS.ProcessEnv): Settings {
  // A name that is misspelt would be a check that is not made.
  refuseOthers(options, OPTIONS);
  const { audience, roles, tenant, lab = false, clock, onDecision } = options;
  const audiences = texts('audience', audience);
  const tenants = texts('tenant', tenant ?? environment.AZURE_TENANT_ID).map((id) => id.toLowerCase());
  const strange = tenants.find((id) => !GUID.test(id));
  if (strange !== undefined) {
    // `common` would let in every tenant of the world: each has an Entra that signs for it.
    throw mistake('tenant', `expected the GUID of a tenant, not '${strange}'`);
  }
  if (typeof lab !== 'boolean' && (typeof lab !== 'object' || lab === null)) {
    throw mistake('lab', 'expected true, false or an object');
  }
  if (typeof lab === 'object') refuseOthers(lab, LAB_OPTIONS, 'lab.');
  if (clock !== undefined && typeof clock?.now !== 'function') throw mistake('clock', 'expected a function now()');
  if (onDecision !== undefined && typeof onDecision !== 'function') throw mistake('onDecision', 'expected a function');
  return {
    audiences,
    tenants,
    // Named without a value it is a variable that is not set, which must not open the API to everybody.
    roles: 'roles' in options ? texts('roles', roles) : undefined,
    authority: lab === false ? ENTRA : labAuthority(lab === true ? {} : lab, environment),
    clock,
  };
}

function refuseOthers(options: object, known: readonly string[], prefix = ''): void {
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other !== undefined) throw mistake(`${prefix}${other}`, `there is no such option; there are ${known.join(', ')}`);
}

function texts(option: string, value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (all.length === 0) throw mistake(option, 'expected at least one');
  return all.map((text) => {
    if (typeof text !== 'string' || text === '') throw mistake(option, 'expected a text, not empty');
    return text;
  });
}
