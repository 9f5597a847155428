import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlConfig, listenAddress, parseEnvironment, type TlsConfig } from '@lab/shared/config.ts';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';
import { keyPairFiles } from '@lab/shared/http/tls.ts';
import { Wiring } from '@lab/shared/lab/wiring.ts';
import { z } from 'zod';
import type { Collector } from './spans/export-spans.ts';

export type Config = {
  readonly pageListen: ListenAddress;
  /** The portal calls the fabric and is not called there: no listener. */
  readonly control: Omit<ControlConfig, 'fabric'>;
  readonly tls: Pick<TlsConfig, 'fabricKeyPair' | 'fabricCa'>;
  /** Holds `{workload}/agent.sock`. */
  readonly agentSocketsDirectory: string;
  /** Names the page may be asked for under, besides localhost and loopback addresses; lower case, with or without port. */
  readonly allowedHosts: readonly string[];
  /** Whether several people share the page from several machines, so that each has to say who they are. Absent: no. */
  readonly room?: boolean;
  /** What programs outside the page present to the lab API; `pki` makes it. */
  readonly apiToken: string;
  /** Who is on which network; `pki` reads it. Undefined: no networks are between the parts. */
  readonly wiring?: Wiring | undefined;
  /** Where spans go; undefined: nowhere. */
  readonly collector?: Collector | undefined;
  /** Where the progress of exercises is kept; absent: in memory. */
  readonly progressFile?: string | undefined;
  /** Where the answers of the quiz are kept; absent: in memory. */
  readonly answersFile?: string | undefined;
  /** Where a person finds the page. Only ever printed. */
  readonly publicUrl: string;
};

const PROTOBUF = 'http/protobuf' as const;

/** Of OpenTelemetry. */
const COLLECTOR = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .union([z.literal('').transform(() => PROTOBUF), z.literal(PROTOBUF), z.literal('http/json')])
    .default(PROTOBUF),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default('').transform(parseHeaders),
};

const Environment = z.object({
  STATE_DIRECTORY: z.string().default('/var/lib/lab'),
  PAGE_LISTEN: listenAddress.prefault('portal.front:8080'),
  HEALTH_LISTEN: listenAddress.prefault('127.0.0.1:9000'),
  AGENT_SOCKETS_DIRECTORY: z.string().default('/run/agents'),
  LAB_ROOM: z.union([z.literal('').transform(() => false), z.stringbool()]).default(false),
  /** Where the gateway's port is published. The portal does not listen there, but who can reach it counts. */
  LAB_LISTEN_ADDRESS: z.string().default('127.0.0.1'),
  LAB_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
    .transform((hosts) => hosts.filter((host) => host !== '')),
  ...COLLECTOR,
  LAB_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8080'),
});

const isLoopback = (address: string): boolean =>
  ['', '127.0.0.1', '::1', '[::1]', 'localhost'].includes(address.trim());

/** 32 random bytes. The message names no value. */
const ApiToken = z.string().regex(/^[\w-]{43}$/, 'api-token holds no token: start the lab again');

export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parseEnvironment(Environment, withoutIdle(environment));
  const tlsDirectory = join(env.STATE_DIRECTORY, 'tls');
  return {
    pageListen: env.PAGE_LISTEN,
    control: { health: env.HEALTH_LISTEN, origins: {} },
    tls: {
      fabricKeyPair: keyPairFiles(tlsDirectory, 'fabric'),
      fabricCa: readFileSync(join(tlsDirectory, 'fabric-ca.pem'), 'utf8'),
    },
    agentSocketsDirectory: env.AGENT_SOCKETS_DIRECTORY,
    wiring: Wiring.parse(JSON.parse(readFileSync(join(env.STATE_DIRECTORY, 'wiring.json'), 'utf8'))),
    apiToken: ApiToken.parse(readFileSync(join(env.STATE_DIRECTORY, 'api-token'), 'utf8')),
    allowedHosts: env.LAB_ALLOWED_HOSTS,
    // A page that others can reach is never one where everybody is at home.
    room: env.LAB_ROOM || !isLoopback(env.LAB_LISTEN_ADDRESS),
    publicUrl: env.LAB_URL,
    progressFile: join(env.STATE_DIRECTORY, 'progress.json'),
    answersFile: join(env.STATE_DIRECTORY, 'quiz.json'),
    collector: toCollector(env),
  };
}

/** The collector that the variables of OpenTelemetry name. @throws Error that says which of them cannot be used. */
export const parseCollector = (environment: NodeJS.ProcessEnv): Collector | undefined =>
  toCollector(parseEnvironment(z.object(COLLECTOR), withoutIdle(environment)));

/** Where no collector is named, the others may be for any program of this shell. */
const withoutIdle = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  if (environment.OTEL_EXPORTER_OTLP_ENDPOINT) return environment;
  const { OTEL_EXPORTER_OTLP_PROTOCOL: _, OTEL_EXPORTER_OTLP_HEADERS: __, ...rest } = environment;
  return rest;
};

const toCollector = (env: z.infer<z.ZodObject<typeof COLLECTOR>>): Collector | undefined =>
  env.OTEL_EXPORTER_OTLP_ENDPOINT === ''
    ? undefined
    : {
        endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
        protocol: env.OTEL_EXPORTER_OTLP_PROTOCOL,
        headers: env.OTEL_EXPORTER_OTLP_HEADERS,
      };

/**
 * `name=value,name=value`, the values percent-encoded. What cannot be read is left out: it may be a key, and no message shows it.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return [];
    try {
      return [[name, decodeURIComponent(value)]];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(pairs);
}
