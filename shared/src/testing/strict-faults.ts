import type { FaultList } from '../faults/index.ts';

/**
 * The faults of a service, failing where an operation begins for which none could be set: the tests of all its routes then
 * show that its list of operations is whole.
 * @param open Operations whose names have a part that comes from the request.
 */
export const strictFaults = (faults: FaultList, open: RegExp = /^$/): FaultList => ({
  ...faults,
  take: (facts) => {
    const { operation } = facts;
    if (operation !== undefined && !faults.operations.includes(operation) && !open.test(operation)) {
      throw new Error(`'${operation}' is missing among the operations that a fault can be set for`);
    }
    return faults.take(facts);
  },
});
