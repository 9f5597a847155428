/**
 * `arm`, `entra` and `imds` in this process, over real HTTP and TLS on loopback: for what takes all three and no container.
 * All of 127.0.0.0/8 is this machine, so virtual machines have their addresses there.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startArm } from '@lab/arm/service.ts';
import { startEntra } from '@lab/entra/service.ts';
import { startImds } from '@lab/imds/service.ts';
import { filesIn, issueCertificates } from '@lab/pki/domain/issue-certificates.ts';
import { systemClock } from '@lab/shared/clock.ts';
import { tlsFrom } from '@lab/shared/config.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { untilHealthy } from '@lab/shared/fabric/until-healthy.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import type { RunningService } from '@lab/shared/http/lifecycle.ts';
import { loadLab } from '@lab/shared/lab/load-lab.ts';
import { resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import { secretsFrom } from '@lab/shared/lab/secrets.ts';
import { silentLog } from '@lab/shared/log.ts';
import { exchange } from '@lab/shared/testing/exchange.ts';
import { fetchKeySetTrusting } from '@lab/shared/tokens/fetch-key-set.ts';
import { remoteKeys } from '@lab/shared/tokens/jwks.ts';
import { tokenVerifier } from '@lab/shared/tokens/verify.ts';
import { Agent, request } from 'undici';

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

export type ControlPlane = {
  readonly resources: readonly Resource[];
  /** Resource Manager as the operator of the first tenant; `api-version` is added. */
  arm(method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
  /** IMDS as a virtual machine sees it, by its name. A new token each time, unless the cache is asked for. */
  token(machine: string, options?: { readonly selector?: string; readonly cached?: boolean }): Promise<Answer>;
  /** Verifies a token of the first tenant as Key Vault does, with keys fetched as it fetches them; throws. */
  verify(token: string): Promise<unknown>;
  /** A control route, as `tests`. */
  control(service: 'imds' | 'entra', path: string): Promise<Answer>;
  close(): Promise<void>;
};

const LOOPBACK = '127.0.0.1';
const ANY_PORT = { host: LOOPBACK, port: 0 };

/** @param addresses Of virtual machines by name, 127.0.0.x; those that are not in the lab file are free places. */
export async function startControlPlane(
  labYaml: string,
  addresses: Readonly<Record<string, string>>,
): Promise<ControlPlane> {
  const directory = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const kept = { operators: new Map(), identityHeaders: new Map() };
  const secrets = secretsFrom(kept, systemClock.now());
  const topology = {
    virtualMachines: new Map(Object.keys(addresses).map((name) => [name, undefined])),
    functionApps: new Set<string>(),
    appServiceAddress: undefined,
    hostNames: new Set<string>(),
    publicNames: new Map(),
    stateDirectories: [],
  };
  const resources = resolveLab(loadLab(labYaml), topology, secrets).resources.map((resource): Resource => {
    if (resource.kind !== 'virtualMachine') return resource;
    return { ...resource, value: { ...resource.value, sourceAddress: addresses[resource.value.name] } } as Resource;
  });
  const slots = Object.entries(addresses).map(([name, address]) => ({ name, address }));
  const services = [
    { service: 'entra', publicNames: ['login.microsoftonline.com'] },
    { service: 'arm', publicNames: ['management.azure.com'] },
    { service: 'imds', publicNames: [] },
    { service: 'tests', publicNames: [] },
  ];
  await issueCertificates({ files: filesIn(directory), services, clock: systemClock, loopback: true });

  const running: RunningService<'fabric' | 'health'>[] = [];
  const origins: Partial<Record<Peer, string>> = {};
  const started = <S extends RunningService<'fabric' | 'health'>>(service: S): S => {
    running.push(service);
    return service;
  };
  const common = (service: Peer) => ({
    control: { fabric: ANY_PORT, health: ANY_PORT, origins },
    tls: tlsFrom(join(directory, service, 'tls')),
    databasePath: ':memory:',
    clock: systemClock,
  });
  // `entra` and `arm` ask each other. `entra` is told where `arm` is when there is one, and goes on asking until then.
  const entra = started(
    await startEntra({ ...common('entra'), authorityOrigin: originAt, publicListen: ANY_PORT }, silentLog),
  );
  origins.entra = `https://${LOOPBACK}:${entra.ports.fabric}`;
  const authorityOrigin = originAt(entra.ports.public);
  const lab = { read: () => resources, slots: () => slots, onChange: () => () => {} };
  const arm = started(await startArm({ ...common('arm'), authorityOrigin, publicListen: ANY_PORT, lab }, silentLog));
  origins.arm = `https://${LOOPBACK}:${arm.ports.fabric}`;
  const imds = started(await startImds({ ...common('imds'), authorityOrigin, vmListen: ANY_PORT }, silentLog));
  origins.imds = `https://${LOOPBACK}:${imds.ports.fabric}`;

  const tls = tlsFrom(join(directory, 'tests', 'tls'));
  const fabric = fabricClient({ keyPair: tls.fabricKeyPair, ca: tls.fabricCa, origins });
  const dispatcher = new Agent({ connect: { ca: tls.publicCa } });
  const fetchKeySet = fetchKeySetTrusting(tls.publicCa, 'tests');
  const keys = remoteKeys({ url: `${authorityOrigin}/common/discovery/keys`, fetchKeySet, log: silentLog });
  const verifyToken = tokenVerifier({ keyFor: keys.keyFor, clock: systemClock });
  const json = (text: string): Record<string, unknown> => (text === '' ? {} : JSON.parse(text));

  const [operator] = resources.flatMap((resource) => (resource.kind === 'application' ? [resource.value] : []));
  let operatorToken: string | undefined;
  const signIn = async (): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: operator?.clientId ?? '',
      client_secret: secrets.operator(operator?.tenantId ?? '').value,
      scope: 'https://management.azure.com/.default',
    });
    const { statusCode, body } = await request(`${authorityOrigin}/${operator?.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    const answer = json(await body.text());
    if (statusCode !== 200) throw new Error(`the operator cannot sign in: ${JSON.stringify(answer)}`);
    return String(answer.access_token);
  };

  await Promise.all(running.map(untilHealthy));
  return {
    resources,
    arm: async (method, path, body) => {
      operatorToken ??= await signIn();
      const response = await request(`https://localhost:${arm.ports.public}${path}`, {
        method,
        dispatcher,
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.statusCode, body: json(await response.body.text()) };
    },
    token: async (machine, { selector = '', cached = false } = {}) => {
      const query = `api-version=2018-02-01&resource=https://vault.azure.net${cached ? '' : '&bypass_cache=true'}${selector}`;
      const { status, text } = await exchange(imds.ports.vm ?? 0, {
        path: `/metadata/identity/oauth2/token?${query}`,
        headers: { Metadata: 'true' },
        localAddress: addresses[machine],
      });
      return { status, body: json(text) };
    },
    verify: (token) =>
      verifyToken(token, { tenantId: operator?.tenantId ?? '', audiences: ['https://vault.azure.net'] }),
    control: async (service, path) => {
      const { status, body } = await fabric.call(service, 'POST', path, { timeoutMs: 20_000 });
      return { status, body: body as Record<string, unknown> };
    },
    close: async () => {
      await fabric.close();
      await dispatcher.destroy();
      keys.close();
      await fetchKeySet.close();
      // Followers first: what they follow is then still there to end their polls in good order.
      for (const service of running.reverse()) await service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const originAt = (port: number) => `https://localhost:${port}`;
