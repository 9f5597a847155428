/**
 * The lab's one list of targets, which the portal has too. By its path: none of the packages that `shared` needs is in a
 * workload, and this file of it needs none.
 */
export * from '../../../../../shared/src/lab/isolation-targets.ts';
