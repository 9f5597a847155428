/**
 * Faults: a service made to fail on purpose, for tests of what depends on it.
 *
 * `fault.ts` says what a fault is, `fault-list.ts` which one is next, `strike.ts` when it meets a request, `damage.ts` what
 * it does to the answer, and `routes.ts` is how the portal sets it. In memory: a service that is restarted has none.
 * A fault makes answers worse and never better. It refuses, delays or breaks; what would have been refused stays refused.
 */

export { FAULT_SERVICES, type Fault, FaultBody, FaultRequest, type FaultService } from './fault.ts';
export { type FaultAnswers, type FaultList, faultList } from './fault-list.ts';
export { faultRoutes } from './routes.ts';
export { begin, faultsAt, faultsEnd, isStruck, strike } from './strike.ts';
