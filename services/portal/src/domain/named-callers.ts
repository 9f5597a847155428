import type { FlowEvent } from '@lab/shared/events.ts';
import { serviceOf } from '@lab/shared/http/user-agent.ts';
import type { Services } from './services.ts';
import type { Machine } from './workloads.ts';

/**
 * Services whose events say which machine sent each request, as far as that is known by its address. A token says for which
 * machine it was issued, and that may be another one: tokens can be taken along. A service of the lab that asks another one
 * by its public endpoint says itself who it is, which is believed of nobody whose address is known.
 *
 * @param machines Asked every few seconds at most, and while it is asked what it said last goes on. Never rejects. Absent:
 *   addresses say nothing.
 */
export function namingCallers(
  services: Services,
  machines: () => Promise<readonly Machine[]> = async () => [],
  { now = () => performance.now(), freshMs = 3_000 }: { now?: () => number; freshMs?: number } = {},
): Services {
  let asking: Promise<void> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let known: ReadonlyMap<string, Machine> | undefined;
  const refresh = async () => {
    known = byAddress(await machines());
    asking = undefined;
  };
  const machineAt = async (): Promise<ReadonlyMap<string, Machine>> => {
    if (!asking && now() - askedAt >= freshMs) {
      askedAt = now();
      asking = refresh();
    }
    if (!known) await asking;
    return known ?? new Map();
  };
  return {
    ...services,
    events: async (service, after) => {
      const [heard, known] = await Promise.all([services.events(service, after), machineAt()]);
      return heard && { ...heard, events: heard.events.map((event) => named(event, known.get(event.remoteAddress))) };
    },
  };
}

/** Without those that two machines say they have: what a workload says of itself is not believed against another one. */
function byAddress(machines: readonly Machine[]): ReadonlyMap<string, Machine> {
  const all = machines.flatMap((machine) => machine.addresses.map((address) => ({ address, machine })));
  const times = (address: string) => all.filter((entry) => entry.address === address).length;
  return new Map(
    all.filter(({ address }) => times(address) === 1).map(({ address, machine }) => [address, machine] as const),
  );
}

function named(event: FlowEvent, machine: Machine | undefined): FlowEvent {
  if (event.caller !== undefined) return event;
  if (machine) return { ...event, caller: machine.name, workload: machine.workload };
  return { ...event, ...claimed(event) };
}

/** The middleware that people put before their own routes is `api` in the lab. */
function claimed({ request }: FlowEvent): { caller?: string } {
  const service = serviceOf(request?.headers['user-agent']);
  return service === undefined ? {} : { caller: service === 'express' ? 'api' : service };
}
