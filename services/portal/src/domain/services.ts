import type { FlowEvent } from '@lab/shared/events.ts';
import type { Health } from '@lab/shared/fabric/control-app.ts';

/** The services of the lab, in the order in which a request for a secret meets them. */
export const SERVICES = ['imds', 'entra', 'dns', 'keyvault', 'blob', 'arm'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Those that a run of the sample program passes through. */
export const ON_THE_WAY = ['imds', 'entra', 'keyvault', 'blob'] as const satisfies readonly ServiceName[];

/** Those that say what happened at them: the profiles' services too, which may not have been started. */
export const EVENT_SERVICES = [...SERVICES, 'appservice', 'cluster'] as const;
export type EventService = (typeof EVENT_SERVICES)[number];

export type Services = {
  /** Never rejects: who cannot be asked is not ready. */
  health(service: ServiceName): Promise<Health>;
  /**
   * Events after a sequence number, oldest first, and the newest number there is. Undefined when the service cannot be
   * asked: what happens there is then missing from the page, and nothing else.
   */
  events(service: EventService, since: number): Promise<{ events: readonly FlowEvent[]; latest: number } | undefined>;
};
