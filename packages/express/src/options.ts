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

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Checks the options when the middleware is made, so that a mistake shows at the start and opens nothing.
 * @throws TypeError that says what is wrong with which option.
 */
export function settingsOf(
  { audience, roles, tenant, lab = false, clock }: ManagedIdentityOptions,
  environment: NodeJS.ProcessEnv,
): Settings {
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
  return {
    audiences,
    tenants,
    roles: roles === undefined ? undefined : texts('roles', roles),
    authority: lab === false ? ENTRA : labAuthority(lab === true ? {} : lab, environment),
    clock,
  };
}

function texts(option: string, value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (all.length === 0) throw mistake(option, 'expected at least one');
  return all.map((text) => {
    if (typeof text !== 'string' || text === '') throw mistake(option, 'expected a text, not empty');
    return text;
  });
}
