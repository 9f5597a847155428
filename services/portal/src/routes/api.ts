/**
 * The lab API under `/lab/v1`: the one door for people and tests. Every operation is in this list, and the list is what is
 * mounted and what the OpenAPI document describes.
 */

import { z } from 'zod';
import type { Door } from '../access.ts';
import type { Azure } from '../domain/azure.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventStreams } from '../domain/event-streams.ts';
import type { Exercises } from '../domain/exercises.ts';
import type { Faults } from '../domain/faults.ts';
import type { FlowRuns } from '../domain/flow-runs.ts';
import type { Forge } from '../domain/forge.ts';
import type { Isolation } from '../domain/isolation/isolation.ts';
import type { LabEvents } from '../domain/lab-events.ts';
import type { LabFlows } from '../domain/lab-flows.ts';
import type { LabHealth } from '../domain/lab-health.ts';
import type { LabState } from '../domain/lab-state.ts';
import type { Participants } from '../domain/participants.ts';
import type { Places } from '../domain/places.ts';
import type { Rotations } from '../domain/rotations.ts';
import type { InspectToken } from '../domain/token-inspection.ts';
import type { Topology } from '../domain/topology.ts';
import type { WhoMay } from '../domain/who-may.ts';
import type { Workloads } from '../domain/workloads.ts';
import type { Quiz } from '../quiz/quiz.ts';
import { azureOperations } from './azure.ts';
import { clockOperations } from './clock.ts';
import { eventOperations } from './events.ts';
import { exerciseOperations } from './exercises.ts';
import { faultOperations } from './faults.ts';
import { flowOperations } from './flows.ts';
import { isolationOperations } from './isolation.ts';
import { labOperations } from './lab.ts';
import { lifeOperations } from './lives.ts';
import { describeOperations } from './openapi.ts';
import { type Operation, operation } from './operation.ts';
import { participantOperations } from './participants.ts';
import { quizOperations } from './quiz.ts';
import { rotationOperations } from './rotations.ts';
import { sessionOperations } from './session.ts';
import { stateOperations } from './state.ts';
import { tokenOperations } from './tokens.ts';
import { topologyOperations } from './topology.ts';
import { workloadOperations } from './workloads.ts';

export type LabParts = {
  readonly health: LabHealth;
  readonly runs: FlowRuns;
  readonly events: LabEvents;
  readonly streams: EventStreams;
  readonly flows: LabFlows;
  readonly rotations: Rotations;
  readonly clock: Clock;
  readonly forge: Forge;
  readonly inspect: InspectToken;
  readonly state: LabState;
  readonly faults: Faults;
  readonly door: Door;
  readonly topology: () => Promise<Topology>;
  readonly isolation: Isolation;
  readonly places: Places;
  readonly participants: Participants;
  readonly exercises: Exercises;
  readonly azure: Azure;
  readonly whoMay: WhoMay;
  readonly quiz: Quiz;
  readonly workloads: Pick<Workloads, 'list' | 'request' | 'source'>;
};

export function apiOperations(lab: LabParts): Operation[] {
  const operations: Operation[] = [
    operation({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getDescription',
      summary: 'This document',
      access: 'open',
      answers: { 200: { description: 'OpenAPI 3.1.', body: z.looseObject({ openapi: z.string() }) } },
      handle: (_input, _req, res) => res.json(document),
    }),
    ...sessionOperations(lab.door),
    ...participantOperations(lab.participants),
    ...labOperations(lab),
    ...workloadOperations(lab),
    ...topologyOperations(lab),
    ...isolationOperations(lab.isolation),
    ...eventOperations(lab),
    ...flowOperations(lab.flows),
    ...rotationOperations(lab.rotations),
    ...clockOperations(lab.clock),
    ...tokenOperations(lab.forge, lab.inspect),
    ...stateOperations(lab.state),
    ...faultOperations(lab.faults),
    ...lifeOperations(lab.state),
    ...exerciseOperations(lab.exercises),
    ...azureOperations(lab),
    ...quizOperations(lab.quiz),
  ];
  const document = describeOperations(operations);
  return operations;
}
