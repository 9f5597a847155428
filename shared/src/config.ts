/**
 * Configuration that every service has, as pieces for its own `config.ts`. The environment is read in `main.ts` only;
 * from there on configuration is typed values.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, systemClock } from './clock.ts';
import { fabricName, type Peer } from './fabric/peers.ts';
import type { ListenAddress } from './http/lifecycle.ts';
import { type KeyPairSource, keyPairFiles } from './http/tls.ts';

/** `host:port`; the host is a name or an IPv4 address. */
export const listenAddress = z
  .string()
  .regex(/^[^:\s]+:\d{1,5}$/, 'expected host:port')
  .transform((text): ListenAddress => {
    const [host = '', port] = text.split(':');
    return { host, port: Number(port) };
  });

/** What a service needs to be on the fabric and to be trusted under a public name. */
export type TlsConfig = {
  /** Certificate of the service's public names, signed by the public authority. Not every service has one. */
  readonly publicKeyPair: KeyPairSource;
  readonly fabricKeyPair: KeyPairSource;
  /** PEM. */
  readonly publicCa: string;
  readonly fabricCa: string;
};

/** The files that `pki` writes for a service: `public.pem|key`, `fabric.pem|key`, `public-ca.pem`, `fabric-ca.pem`. */
export const tlsFrom = (directory: string): TlsConfig => ({
  publicKeyPair: keyPairFiles(directory, 'public'),
  fabricKeyPair: keyPairFiles(directory, 'fabric'),
  publicCa: readFileSync(join(directory, 'public-ca.pem'), 'utf8'),
  fabricCa: readFileSync(join(directory, 'fabric-ca.pem'), 'utf8'),
});

/** The two listeners that every service has besides its own. */
export type ControlConfig = {
  readonly fabric: ListenAddress;
  /** Loopback, plain HTTP, for the container's health check. */
  readonly health: ListenAddress;
  /** Other services' control APIs, where they are not at `https://{service}.fabric:8443`: the embedded lab. */
  readonly origins: Partial<Record<Peer, string>>;
};

/**
 * The variables that every service of Azure's side reads; docs/architecture.md has them as a table.
 * The database has no default: `:memory:` has to be said aloud, or what was acknowledged is lost silently.
 */
export const serviceVariables = (service: Peer) => ({
  STATE_DIRECTORY: z.string().default('/var/lib/lab'),
  DATABASE_PATH: z.string().min(1),
  FABRIC_LISTEN: listenAddress.prefault(`${fabricName(service)}:8443`),
  HEALTH_LISTEN: listenAddress.prefault('127.0.0.1:9000'),
  AUTHORITY_ORIGIN: z
    .url({ protocol: /^https$/ })
    .refine((url) => new URL(url).pathname === '/', 'expected an origin: https and no path')
    .transform((url) => new URL(url).origin)
    .default('https://login.microsoftonline.com'),
});

type ServiceVariables = z.infer<z.ZodObject<ReturnType<typeof serviceVariables>>>;

/** What every service of Azure's side is configured with. */
export type ServiceConfig = {
  readonly control: ControlConfig;
  readonly tls: TlsConfig;
  /** `:memory:` for tests only. */
  readonly databasePath: string;
  /** Where tokens come from: named in challenges and documents, and asked for tokens and signing keys. */
  readonly authorityOrigin: string;
  readonly clock: Clock;
};

/** What the variables say, in the words of a service's configuration. */
export const serviceConfig = (env: ServiceVariables): ServiceConfig => ({
  control: { fabric: env.FABRIC_LISTEN, health: env.HEALTH_LISTEN, origins: {} },
  tls: tlsFrom(join(env.STATE_DIRECTORY, 'tls')),
  databasePath: env.DATABASE_PATH,
  authorityOrigin: env.AUTHORITY_ORIGIN,
  clock: systemClock,
});

/**
 * The environment through a schema. Every mistake is reported at once, before a port is opened.
 * @throws Error whose message lists variable and reason, one per line, values left out.
 */
export function parseEnvironment<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is not usable:\n${lines.join('\n')}`);
}
