import type { FlowEvent } from '@lab/shared/events.ts';
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import type { Placed } from './traces.ts';

/**
 * An event as a span: what HTTP calls it under OpenTelemetry's names, what the lab adds under `lab.`, and each check and
 * each role assignment that was considered as an event of the span.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function toSpan({ event, traceId, spanId, parentSpanId }: Placed, resource: Resource): ReadableSpan {
  const startTime = toTime(Date.parse(event.at));
  const endTime = toTime(Date.parse(event.at) + event.durationMs);
  const context = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
  return {
    name: event.operation ?? event.method,
    kind: SpanKind.SERVER,
    spanContext: () => context(spanId),
    ...(parentSpanId !== undefined && { parentSpanContext: { ...context(parentSpanId), isRemote: true } }),
    startTime,
    endTime,
    duration: toTime(event.durationMs),
    // A refusal is an answer like another one; only what the service itself got wrong is an error of its span.
    status:
      event.status < 500 ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: errorOf(event) },
    attributes: attributesOf(event),
    events: timedEvents(event, startTime),
    links: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'managed-identity-lab' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const errorOf = ({ errorMessage, errorCode }: FlowEvent): string => errorMessage ?? errorCode ?? '';

const toTime = (milliseconds: number): HrTime => {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1_000_000)];
};

function attributesOf(event: FlowEvent): Attributes {
  const { decision } = event;
  const { host, path, status } = event;
  const protocol: Attributes =
    event.service === 'dns'
      ? { 'network.transport': event.method.toLowerCase(), 'dns.question.name': host }
      : {
          'http.request.method': event.method,
          'http.response.status_code': status,
          'url.path': path,
          'server.address': host.replace(/:\d+$/, ''),
        };
  return defined({
    ...protocol,
    'client.address': event.remoteAddress,
    'error.type': status < 400 ? undefined : (event.errorCode ?? String(status)),
    'lab.sequence': event.sequence,
    'lab.operation': event.operation,
    'lab.caller': event.caller,
    'lab.workload': event.workload,
    'lab.virtual_machine': event.virtualMachine,
    'lab.site': event.site,
    'lab.principal_id': event.principalId,
    'lab.client_id': event.clientId,
    'lab.audience': event.audience,
    'lab.token_id': event.tokenId,
    'lab.client_request_id': event.clientRequestId,
    'lab.error_code': event.errorCode,
    'lab.error_message': event.errorMessage,
    'lab.note': event.note,
    'lab.decision.operation': decision?.operation,
    'lab.decision.resource_id': decision?.resourceId,
    'lab.decision.granted_by': decision?.grantedBy ?? undefined,
  });
}

/** In the order made; when each was made is not known, and took no time to speak of. */
function timedEvents({ checks = [], decision, furtherDecisions = [] }: FlowEvent, time: HrTime): TimedEvent[] {
  const considered = [decision, ...furtherDecisions].flatMap((one) =>
    (one?.considered ?? []).map((assignment) => ({ ...assignment, operation: one?.operation })),
  );
  return [
    ...checks.map(({ check, outcome, reason }) => ({
      time,
      name: `check ${outcome}: ${check}`,
      attributes: defined({ 'lab.check': check, 'lab.outcome': outcome, 'lab.reason': reason }),
    })),
    ...considered.map(({ assignmentId, roleName, scope, verdict, condition, operation }) => ({
      time,
      name: `considered: ${verdict}`,
      attributes: defined({
        'lab.assignment_id': assignmentId,
        'lab.role': roleName,
        'lab.scope': scope,
        'lab.verdict': verdict,
        'lab.condition': condition,
        'lab.operation': operation,
      }),
    })),
  ];
}

const defined = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== ''));
