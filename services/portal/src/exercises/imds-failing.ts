import type { FlowEvent } from '@lab/shared/events.ts';
import { succeeded, tokenRequests } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';

/** IMDS fails for a while, as it does in Azure: what the SDK does about it, how often it asks and how long it waits. */
export const imdsFailing: Exercise = {
  id: 'imds-failing',
  needs: [],
  asks: [],
  check: ({ scene, events }) => {
    const asked = tokenRequests(events, scene.machine);
    const series = seriesOf(asked.filter(isOfSdk));
    const retried = series.find(({ waits }) => waits.length > 0);
    const recovered = series.find(({ waits, token }) => waits.length > 0 && token !== undefined);
    const read = events.some(
      (event) =>
        event.operation === 'GetSecret' &&
        succeeded(event) &&
        event.tokenId !== undefined &&
        event.tokenId === recovered?.token,
    );
    const { waits = [] } = recovered ?? retried ?? {};
    const values = { requests: String(waits.length + 1), waits: waits.map(inSeconds).join(', ') };
    return [
      finding('failed', asked.some(isStruck)),
      finding('retried', retried !== undefined, values),
      finding('recovered', recovered !== undefined),
      finding('secret', read),
    ];
  },
};

/** Requests for one token: those that failed, and the one that went well after them, if one did. */
type Series = {
  /** Milliseconds from each answer to the next request. */
  readonly waits: readonly number[];
  readonly token?: string | undefined;
};

function seriesOf(asked: readonly FlowEvent[]): Series[] {
  const all: Series[] = [];
  let struck: FlowEvent[] = [];
  const end = (last?: FlowEvent) => {
    const requests = last ? [...struck, last] : struck;
    const waits = requests.slice(1).map((event, index) => startOf(event) - endOf(requests[index] ?? event));
    if (struck.length > 0) all.push({ waits, token: last?.tokenId });
    struck = [];
  };
  for (const event of asked) {
    const before = struck.at(-1);
    if (before && startOf(event) - endOf(before) > LONGEST_WAIT_MS) end();
    if (isStruck(event)) struck.push(event);
    else if (succeeded(event)) end(event);
  }
  end();
  return all;
}

/** By a fault. What IMDS refuses by itself nobody should ask again. */
const isStruck = ({ fault, status }: FlowEvent): boolean => fault !== undefined && status >= 400;

/** The sample program, and not somebody who asks by hand: they say so in their requests. */
const isOfSdk = ({ request }: FlowEvent): boolean => request?.headers['user-agent']?.startsWith('azsdk-') ?? false;

/** Of what the SDK waits between two requests; more is another run of the program. */
const LONGEST_WAIT_MS = 20_000;

const startOf = ({ at }: FlowEvent): number => Date.parse(at);
const endOf = ({ at, durationMs }: FlowEvent): number => Date.parse(at) + durationMs;
const inSeconds = (ms: number): string => (ms / 1_000).toFixed(1);
