import { randomBytes } from 'node:crypto';
import { AzureError } from '../azure-error.ts';
import { sameText } from '../same-text.ts';
import type { Fault, FaultRequest, FaultService } from './fault.ts';
import { isInForce } from './in-force.ts';

/** How a service fails, by status: its own error, and the `Retry-After` that it sends with it. */
export type FaultAnswers = Readonly<
  Record<number, { readonly error: () => AzureError; readonly retryAfterSeconds?: number }>
>;

/** What is known of a request by now. */
export type Facts = { readonly operation: string | undefined; readonly callers: readonly string[] };

/** The faults of one service. */
export type FaultList = {
  /** Those of the service, where no others are named. */
  readonly answers: FaultAnswers;
  readonly operations: readonly string[];
  /** @throws `invalid` for a status that the service has not or an operation that it does not know, `conflict` when full. */
  add(request: FaultRequest): Fault;
  /** The oldest first. */
  all(): Fault[];
  /** Whether there was one of this id. */
  remove(id: string): boolean;
  clear(): void;
  /** The oldest fault that is meant for such a request, which counts as struck by it. */
  take(facts: Facts): Fault | undefined;
};

/** A list that is forgotten by whoever made it must not grow, nor make every request slower. */
const CAPACITY = 100;

/**
 * @param operations Names of the service's operations, as its events have them.
 * @param answers What the service answers with when it fails: a fault's status is one of these.
 * @param now Milliseconds of the system: how long a fault lasts is a matter of the test, whatever time the lab has.
 */
export function faultList({
  service,
  operations,
  answers,
  now = Date.now,
}: {
  service: FaultService;
  operations: readonly string[];
  answers: FaultAnswers;
  now?: () => number;
}): FaultList {
  const faults: Fault[] = [];
  const isOver = (fault: Fault) => !isInForce(fault, now());
  const drop = (fault: Fault | undefined): boolean => {
    const index = fault ? faults.indexOf(fault) : -1;
    if (index >= 0) faults.splice(index, 1);
    return index >= 0;
  };
  return {
    answers,
    operations,
    add: (request) => {
      const { operation, effect } = request;
      const known = operations.find((name) => operation !== undefined && sameText(name, operation));
      if (operation !== undefined && known === undefined) throw unknownOperation(service, operation, operations);
      if (effect.status !== undefined && !(effect.status in answers) && effect.contentType === undefined) {
        throw unknownStatus(service, effect.status, Object.keys(answers));
      }
      if (faults.length >= CAPACITY && !drop(faults.find(isOver))) throw full();
      const { times, seconds } = request;
      const fault: Fault = {
        ...request,
        ...(known !== undefined && { operation: known }),
        id: `${service}-${randomBytes(6).toString('hex')}`,
        ...(times !== undefined && { remaining: times }),
        ...(seconds !== undefined && { until: new Date(now() + seconds * 1_000).toISOString() }),
        applied: 0,
      };
      faults.push(fault);
      return { ...fault };
    },
    all: () => faults.map((fault) => ({ ...fault })),
    remove: (id) => drop(faults.find((fault) => fault.id === id)),
    clear: () => {
      faults.length = 0;
    },
    take: (facts) => {
      const fault = faults.find((fault) => isMeantFor(fault, facts) && !isOver(fault));
      if (!fault) return undefined;
      fault.applied += 1;
      if (fault.remaining !== undefined) fault.remaining -= 1;
      return { ...fault };
    },
  };
}

const isMeantFor = ({ operation, caller }: Fault, facts: Facts): boolean =>
  (operation === undefined || operation === facts.operation) &&
  (caller === undefined || facts.callers.some((name) => sameText(name, caller)));

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'BadRequest', message });

const unknownOperation = (service: string, operation: string, known: readonly string[]) =>
  invalid(`'${service}' has no operation '${operation}'. It has: ${known.join(', ')}.`);

const unknownStatus = (service: string, status: number, known: readonly string[]) =>
  invalid(`'${service}' does not fail with ${status}. It does with: ${known.join(', ')}.`);

const full = () =>
  new AzureError({
    kind: 'conflict',
    code: 'TooManyFaults',
    message: `This service has ${CAPACITY} faults. Remove some.`,
  });
