import type { FlowEvent } from '@lab/shared/events.ts';
import { sentBy, succeeded } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/** IMDS fails for a while, as it does in Azure: what the SDK does about it, how often it asks and how long it waits. */
export const imdsFailing: Exercise = {
  id: 'imds-failing',
  needs: ['trainer'],
  asks: [],
  check: ({ scene, events }) => {
    const series = seriesOf(events).filter((one) => isOf(one, scene.machine));
    const retried = series.filter(({ asked }) => asked.length > 1);
    const recovered = retried.find(({ token }) => token !== undefined);
    const read = events.some(
      ({ operation, status, tokenId }) =>
        operation === 'GetSecret' && status < 400 && tokenId !== undefined && tokenId === recovered?.token,
    );
    const { asked = [] } = recovered ?? retried[0] ?? {};
    const waits = asked.slice(1).map((event, index) => startOf(event) - endOf(asked[index] ?? event));
    const values = { requests: String(asked.length), waits: waits.map(inSeconds).join(', ') };
    return [
      finding('failed', series.length > 0),
      finding('retried', retried.length > 0, values),
      finding('recovered', recovered !== undefined),
      finding('secret', read),
    ];
  },
};

/** Requests for one token, the first of which a fault struck: clients give a request and its retries one id. */
type Series = { readonly asked: readonly FlowEvent[]; readonly token?: string | undefined };

function seriesOf(events: readonly FlowEvent[]): Series[] {
  const byId = new Map<string, FlowEvent[]>();
  for (const event of events) {
    const { service, operation, clientRequestId } = event;
    if (service !== 'imds' || operation !== 'GetManagedIdentityToken' || clientRequestId === undefined) continue;
    byId.set(clientRequestId, [...(byId.get(clientRequestId) ?? []), event]);
  }
  return [...byId.values()]
    .filter(([first]) => first !== undefined && isStruck(first))
    .map((asked) => ({ asked, token: asked.find(succeeded)?.tokenId }));
}

/** By a fault. What IMDS refuses by itself nobody should ask again. */
const isStruck = ({ fault, status }: FlowEvent): boolean => fault !== undefined && status >= 400;

/** What a fault strikes before it is known whose it is counts as well: in the embedded lab that is so. */
const isOf = ({ asked }: Series, machine: string): boolean =>
  asked.some((event) => sentBy(event, machine)) ||
  asked.every(({ caller, virtualMachine }) => caller === undefined && virtualMachine === undefined);

const startOf = ({ at }: FlowEvent): number => Date.parse(at);
const endOf = ({ at, durationMs }: FlowEvent): number => Date.parse(at) + durationMs;
const inSeconds = (ms: number): string => (ms / 1_000).toFixed(1);
