import type { FlowEvent } from '../events.ts';

/** Name of an event, the same wherever it is told: of its service, its place there, and the life of the service. */
export const eventIdOf = ({ service, sequence, at }: Pick<FlowEvent, 'service' | 'sequence' | 'at'>): string =>
  `${service}-${sequence}-${Date.parse(at).toString(36)}`;
