import type { FlowEvent } from '@lab/shared/events.ts';
import type { Health } from '@lab/shared/fabric/control-app.ts';
import type { Position } from './event-cursor.ts';

/** The services of the lab, in the order in which a request for a secret meets them. */
export const SERVICES = ['imds', 'entra', 'dns', 'keyvault', 'blob', 'arm', 'api'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Those that a run of the sample program passes through. */
export const ON_THE_WAY = ['imds', 'entra', 'keyvault', 'blob', 'api'] as const satisfies readonly ServiceName[];

/** Those that say what happened at them: the profiles' services too, which may not have been started. */
export const EVENT_SERVICES = [...SERVICES, 'appservice', 'cluster'] as const;
export type EventService = (typeof EVENT_SERVICES)[number];

export type Services = {
  /** Never rejects: who cannot be asked is not ready. */
  health(service: ServiceName): Promise<Health>;
  /**
   * What happened at a service. Undefined when it cannot be asked: what happens there is then missing from the page, and
   * nothing else.
   * @param after A position, all that it remembers where that is of another life of it; `now`: where it is, and no event.
   */
  events(service: EventService, after: Position | 'now'): Promise<Heard | undefined>;
};

export type Heard = {
  /** Oldest first. */
  readonly events: readonly FlowEvent[];
  /** The newest there is. */
  readonly at: Position;
};
