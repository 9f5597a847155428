/**
 * A typed client for the lab API: one method per operation, errors as `LabApiError`, and a stream of events that resumes
 * by itself. Has no dependency and imports nothing of the lab.
 */
export { LabApiError } from './lab-api-error.ts';
export { type LabClient, type LabClientOptions, labClient } from './lab-client.ts';
export type * from './types.ts';
