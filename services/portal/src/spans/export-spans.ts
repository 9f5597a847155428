import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowEvent } from '@lab/shared/events.ts';
import type { Running } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { EventStreams } from '../domain/event-streams.ts';
import { toSpan } from './span.ts';
import { traces } from './traces.ts';

/** Where spans go, as the variables of OpenTelemetry say it. */
export type Collector = {
  /** Of all signals: `/v1/traces` is added. */
  readonly endpoint: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  /** May hold a key of the collector's. */
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Sends what happens at the services to a collector, as spans. It hears what every watcher of events hears, and nothing
 * waits for it: a collector that is down or slow costs spans, a queue of two thousand at most, and nothing else.
 *
 * @param settleMs How long events are gathered before they are put into traces: a flow takes about as long.
 */
export function exportSpans({
  streams,
  collector,
  log,
  settleMs = 2_000,
}: {
  streams: EventStreams;
  collector: Collector;
  log: Log;
  settleMs?: number;
}): Running {
  const processor = new BatchSpanProcessor({
    exporter: saying(exporterTo(collector), log),
    scheduledDelayMillis: 500,
    exportTimeoutMillis: 10_000,
  });
  const { place } = traces();
  const resources = new Map<string, Resource>();
  const resourceOf = (service: string): Resource => {
    const known = resources.get(service);
    if (known) return known;
    const resource = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'managed-identity-lab' });
    resources.set(service, resource);
    return resource;
  };

  let gathered: FlowEvent[] = [];
  let since: number | undefined;
  const send = () => {
    const events = gathered.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    gathered = [];
    since = undefined;
    try {
      for (const placed of place(events)) processor.onEnd(toSpan(placed, resourceOf(placed.event.service)));
    } catch (error) {
      log.warn({ reason: reasonOf(error as Error) }, 'some events could not be made into spans');
    }
  };
  const stop = streams.watch({
    // All that is remembered: what happened before the first question would be missing otherwise. Ids follow from the
    // events, so what a portal that was restarted tells again can be recognised.
    positions: {},
    filter: {},
    watcher: {
      event: (event) => {
        gathered.push(event);
        since ??= performance.now();
      },
      settled: () => {
        if (since !== undefined && performance.now() - since >= settleMs) send();
      },
      ended: send,
    },
  });
  return {
    close: async () => {
      stop();
      send();
      await Promise.race([processor.shutdown().catch(() => {}), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    },
  };
}

const LAST_WORDS_MS = 1_000;

const exporterTo = ({ endpoint, protocol, headers }: Collector): SpanExporter => {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  const options = { url: url.href, headers: { ...headers }, timeoutMillis: 5_000, concurrencyLimit: 2 };
  return withoutVariables(() => (protocol === 'http/json' ? new JsonExporter(options) : new ProtobufExporter(options)));
};

/**
 * The exporters read variables of their own accord when they are made. A program that the lab is in may have some, with keys
 * for a collector of its own that are nobody else's business.
 */
function withoutVariables<T>(make: () => T): T {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_'));
  for (const [name] of own) delete process.env[name];
  try {
    return make();
  } finally {
    Object.assign(process.env, Object.fromEntries(own));
  }
}

/** Says once when a collector does not take spans, and once when it does again; never which headers it was sent. */
function saying(exporter: SpanExporter, log: Log): SpanExporter {
  let isWell = true;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const isDone = result.code === ExportResultCode.SUCCESS;
        if (isWell && !isDone) log.warn({ reason: reasonOf(result.error) }, 'the collector takes no spans');
        if (!isWell && isDone) log.warn('the collector takes spans again');
        isWell = isDone;
        // As done in either case: what failed is lost, and the library's own word about it goes nowhere.
        done({ code: ExportResultCode.SUCCESS });
      }),
    shutdown: () => exporter.shutdown(),
  };
}

const reasonOf = (error: Error | undefined): string => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return String(code ?? error?.name ?? 'unknown').slice(0, 64);
};
