import { Agent, request } from '../http/outgoing.ts';
import type { KeyPairSource } from '../http/tls.ts';
import { fabricName, type Peer } from './peers.ts';

export type FabricResponse = {
  readonly status: number;
  readonly body: unknown;
  /** By their names in lower case; of several with one name the first. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Calls other services on the fabric with this service's certificate. */
export type FabricClient = {
  /** @param timeoutMs for headers and body each. Rejects when the service cannot be reached or its answer is not JSON. */
  call(
    service: Peer,
    method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: { body?: unknown; headers?: Readonly<Record<string, string>>; timeoutMs?: number },
  ): Promise<FabricResponse>;
  close(): Promise<void>;
};

/**
 * @param ca PEM of the fabric's authority, the only one trusted here.
 * @param origins Where each service's control API listens; default `https://{service}.fabric:8443`. The name in the
 *   certificate is checked against the service either way.
 */
export function fabricClient({
  keyPair,
  ca,
  origins = {},
}: {
  keyPair: KeyPairSource;
  ca: string;
  origins?: Partial<Record<Peer, string>>;
}): FabricClient {
  const agents = new Map<Peer, Agent>();
  const agentFor = (service: Peer): Agent => {
    const known = agents.get(service);
    if (known) return known;
    const agent = new Agent({ connect: { ...keyPair.current(), ca, servername: fabricName(service), timeout: 3_000 } });
    agents.set(service, agent);
    return agent;
  };
  const forgetAgents = () => {
    const old = [...agents.values()];
    agents.clear();
    return Promise.all(old.map((agent) => agent.close())).then(() => {});
  };
  const stopRenewal = keyPair.onRenewal(() => void forgetAgents());
  return {
    call: async (service, method, path, { body, headers, timeoutMs = 5_000 } = {}) => {
      const origin = origins[service] ?? `https://${fabricName(service)}:8443`;
      const response = await request(`${origin}${path}`, {
        method,
        dispatcher: agentFor(service),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.body.text();
      return {
        status: response.statusCode,
        headers: onlyFirst(response.headers),
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
    close: async () => {
      stopRenewal();
      const old = [...agents.values()];
      agents.clear();
      await Promise.all(old.map((agent) => agent.destroy()));
    },
  };
}

const onlyFirst = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name, first]];
    }),
  );
