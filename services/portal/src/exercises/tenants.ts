import type { FlowEvent } from '@lab/shared/events.ts';
import { isAbout, refusedBy, sentBy, succeeded } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/**
 * One tenant, two subscriptions: a role assignment is all it takes. Another tenant: the token is refused before any role is
 * looked at.
 */
export const tenants: Exercise = {
  id: 'tenants',
  needs: [],
  asks: [],
  check: ({ scene, events, resources }) => {
    const called = (kind: string, name: string) => resources.find((one) => one.kind === kind && one.name === name);
    const vault = String(called('vault', scene.vault)?.id ?? '');
    const tenant = called('virtualMachine', scene.machine)?.tenantId;
    const own = events.some(
      (event) =>
        event.operation === 'GetSecret' &&
        succeeded(event) &&
        sentBy(event, scene.machine) &&
        vault !== '' &&
        isAbout(event, vault),
    );
    // A token of the machine's own tenant that is refused for its issuer: the vault is another tenant's.
    const foreign = events.some((event) => {
      const { tid, iss } = event.token?.claims ?? {};
      return (
        event.service === 'keyvault' &&
        refusedBy(event) === 'issuer' &&
        isFrom(event, scene.machine) &&
        tid === tenant &&
        String(iss).includes(`/${String(tenant)}/`)
      );
    });
    return [finding('own-tenant', own), finding('other-tenant', foreign)];
  },
};

/** A token that is not believed names no machine; in the embedded lab nothing else does. */
const isFrom = (event: FlowEvent, machine: string): boolean =>
  sentBy(event, machine) ||
  (event.caller === undefined &&
    String(event.token?.claims.xms_mirid).toLowerCase().endsWith(`/${machine.toLowerCase()}`));
