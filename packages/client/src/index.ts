/**
 * A typed client for the lab API: one method per operation, errors as `LabApiError`, and a stream of events that resumes
 * by itself. Has no dependency and imports nothing of the lab, so that what `types/` says is what the published
 * declarations say; a test of the portal holds it to the schemas that the API checks its requests with.
 */
export { LabApiError } from './lab-api-error.ts';
export { type LabClient, type LabClientOptions, labClient } from './lab-client.ts';
export type * from './types/azure.ts';
export type * from './types/events.ts';
export type * from './types/exercises.ts';
export type * from './types/faults.ts';
export type * from './types/flows.ts';
export type * from './types/isolation.ts';
export type * from './types/lab-state.ts';
export type * from './types/participants.ts';
export type * from './types/tokens.ts';
export type * from './types/workloads.ts';
