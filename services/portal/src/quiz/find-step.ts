import type { FlowEvent } from '@lab/shared/events.ts';
import { eventIdOf } from '@lab/shared/flows/index.ts';
import { START } from '../domain/event-cursor.ts';
import type { LabFlows } from '../domain/lab-flows.ts';
import { EVENT_SERVICES, type Services } from '../domain/services.ts';
import type { IsStep } from './steps.ts';

/** A step of a flow that happened. */
export type FoundStep = { readonly flow: string; readonly step: number };

/**
 * The newest step at which something is seen, of all that services remember. One in a flow of several steps is better: it
 * shows what came before and after.
 */
export const stepFinder =
  ({ services, flows }: { services: Services; flows: Pick<LabFlows, 'steps'> }) =>
  async (
    isIt: IsStep,
    /** Which events are for who asks. */
    sees: (event: FlowEvent) => boolean = () => true,
  ): Promise<FoundStep | undefined> => {
    const heard = await Promise.all(EVENT_SERVICES.map((service) => services.events(service, START)));
    const seen = heard.flatMap((one) => one?.events ?? []).filter(sees);
    const events = seen
      .filter((event) => isIt(event, seen))
      .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
      .slice(0, MOST_LOOKED_AT);
    let alone: FoundStep | undefined;
    for (const id of events.map(eventIdOf)) {
      const flow = await flows.steps(id, sees).catch(() => undefined); // forgotten meanwhile
      const step = flow?.steps.find((one) => one.id === id);
      if (!flow || !step) continue;
      const found = { flow: flow.id, step: step.number };
      if (flow.steps.length > 1) return found;
      alone ??= found;
    }
    return alone;
  };

const MOST_LOOKED_AT = 8;
