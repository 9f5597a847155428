import type { FlowEvent } from '@lab/shared/events.ts';
import { sameText } from '@lab/shared/same-text.ts';

/** Questions that several exercises ask of the events. Pure. */

export const VAULT_AUDIENCE = 'https://vault.azure.net';

/**
 * Whether a machine sent the request. In the embedded lab, where all have one address, nobody knows by it who did; there the
 * machine counts that IMDS knows by its port, and elsewhere the one that the token was issued to.
 */
export const sentBy = ({ caller, virtualMachine }: FlowEvent, machine: string): boolean =>
  sameText(caller ?? virtualMachine ?? '', machine);

/** With or without the slash at the end: Azure takes both. */
export const isFor = ({ audience }: FlowEvent, wanted: string): boolean =>
  audience !== undefined && sameText(audience.replace(/\/$/, ''), wanted);

export const succeeded = ({ status }: FlowEvent): boolean => status < 400;

/** Requests for a token that IMDS had from a machine. */
export const tokenRequests = (events: readonly FlowEvent[], machine: string): FlowEvent[] =>
  events.filter(
    (event) =>
      event.service === 'imds' &&
      event.operation === 'GetManagedIdentityToken' &&
      sameText(event.virtualMachine ?? '', machine),
  );

/** The check that refused a request, if any did. */
export const refusedBy = ({ checks }: FlowEvent): string | undefined =>
  checks?.find(({ outcome }) => outcome === 'failed')?.check;

/** Whether the request was about a resource, or one that lies in it. Known where access was decided. */
export function isAbout({ decision }: FlowEvent, resourceId: string): boolean {
  const asked = decision?.resourceId.toLowerCase() ?? '';
  const wanted = resourceId.toLowerCase();
  return asked === wanted || asked.startsWith(`${wanted}/`);
}

export const tokenIdsOf = (events: readonly FlowEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap(({ tokenId }) => (tokenId === undefined ? [] : [tokenId])));
