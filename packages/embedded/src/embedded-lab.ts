import { operatorCredentials } from '@lab/pki/domain/platform.ts';
import type { ResolvedLab } from '@lab/shared/lab/resolve-lab.ts';
import { type LabClient, labClient } from '@managed-identity-lab/client';
import { actAs } from './act-as.ts';
import { addressesOf } from './addresses.ts';
import type { Certificates } from './certificates.ts';
import type { Workloads } from './environments.ts';
import { embeddedOptions } from './options.ts';
import type { Services } from './services.ts';
import type { State } from './state.ts';
import type { EmbeddedLab } from './types.ts';

const byName = <T extends { readonly name: string }>(all: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(all.map((one) => [one.name, one]));

/** A running lab as its users see it. What comes and goes is asked for each time. */
export function embeddedLab({
  services,
  certificates: { publicCa },
  state,
  resolved,
  workloads,
  caBundle,
  pagePort,
  close,
}: {
  services: Services;
  certificates: Certificates;
  state: State;
  resolved: ResolvedLab;
  workloads: Workloads;
  caBundle: string;
  pagePort: number;
  close: () => Promise<void>;
}): EmbeddedLab {
  const addresses = addressesOf(services);
  // As the file has them: a program on its first machine is most likely to be after these.
  const firstOf = (kind: 'vault' | 'storageAccount', urls: Readonly<Record<string, string>>) =>
    resolved.resources.flatMap((resource) => (resource.kind === kind ? [urls[resource.value.name]] : []))[0];
  const environmentOf = (name?: string) => {
    const [first] = workloads.virtualMachines();
    if (name === undefined) return first?.environment ?? workloads.everywhere;
    const all = [...workloads.virtualMachines(), ...workloads.functionApps(), ...workloads.pods()];
    const found = all.find((workload) => workload.name === name);
    if (!found) throw new Error(`There is no '${name}' in this lab, only ${all.map((each) => each.name).join(', ')}.`);
    return found.environment;
  };
  const url = `http://localhost:${pagePort}`;
  const closing = new AbortController();
  const closeAll = () => {
    closing.abort();
    return close();
  };
  return {
    get environment() {
      return environmentOf();
    },
    options: embeddedOptions({
      vaultUrl: firstOf('vault', addresses.vaultUrls()),
      accountUrl: firstOf('storageAccount', addresses.accountUrls()),
      armUrl: addresses.armUrl,
    }),
    get virtualMachines() {
      return byName(workloads.virtualMachines());
    },
    get functionApps() {
      return byName(workloads.functionApps());
    },
    get pods() {
      return byName(workloads.pods());
    },
    get vaultUrls() {
      return addresses.vaultUrls();
    },
    get accountUrls() {
      return addresses.accountUrls();
    },
    authorityUrl: services.authorityOrigin,
    armUrl: addresses.armUrl,
    graphUrl: addresses.graphUrl,
    apiUrl: addresses.apiUrl,
    operators: operatorCredentials(resolved.resources, state.secrets),
    url,
    apiToken: state.apiToken,
    api: until(closing.signal, labClient({ url, token: state.apiToken })),
    caBundle,
    caCertificate: publicCa,
    tryCommand: `curl -sS -H "X-IDENTITY-HEADER: $IDENTITY_HEADER" "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=https://vault.azure.net"`,
    actAs: (name) => actAs(environmentOf(name), publicCa),
    close: closeAll,
    [Symbol.asyncDispose]: closeAll,
  };
}

/** Ends streams, which would look for a lab that is closed for as long as the process lives, and keep it alive. */
function until(closed: AbortSignal, { events, ...client }: LabClient): LabClient {
  const stream: LabClient['events']['stream'] = (filter, { signal = closed } = {}) =>
    events.stream(filter, { signal: AbortSignal.any([signal, closed]) });
  return { ...client, events: { ...events, stream } };
}
