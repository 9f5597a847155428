import type { CheckName } from '@lab/shared/event-words.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import type { Evidence, Exercise } from '../exercises/exercise.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';

/** Of a lab in which nothing has happened since the start. */
export const evidence = (what: Partial<Evidence> = {}): Evidence => ({
  scene: DEFAULT_SCENE,
  events: [],
  sent: [],
  resources: [],
  facts: {},
  answers: {},
  ...what,
});

let sequence = 0;

/** An event as its service would tell it. */
export const happened = (service: string, what: Partial<FlowEvent> = {}): FlowEvent => {
  sequence += 1;
  return {
    ...{ service, sequence, at: '2026-01-01T00:00:00.000Z', durationMs: 1, remoteAddress: '10.88.0.9' },
    ...{ method: 'GET', host: 'localhost', path: '/', status: 200 },
    ...what,
  };
};

/** IMDS gives a machine a token. */
export const tokenGiven = (virtualMachine: string, tokenId: string, what: Partial<FlowEvent> = {}): FlowEvent =>
  happened('imds', {
    ...{ operation: 'GetManagedIdentityToken', virtualMachine, tokenId, audience: 'https://vault.azure.net' },
    ...what,
  });

/** IMDS refuses to. */
export const tokenRefused = (virtualMachine: string, check: CheckName, what: Partial<FlowEvent> = {}): FlowEvent =>
  happened('imds', {
    ...{ operation: 'GetManagedIdentityToken', virtualMachine, status: 400 },
    ...{ checks: [{ check, outcome: 'failed', reason: 'Why.' }] },
    ...what,
  });

/** Which findings are passed, by id. */
export const passedIn = (exercise: Exercise, what: Partial<Evidence>): string[] =>
  exercise.check(evidence(what)).flatMap(({ id, passed }) => (passed ? [id] : []));
