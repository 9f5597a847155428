/** What `GET /topology` answers, as far as it is drawn. */
export type Topology = {
  readonly parts: readonly {
    readonly name: string;
    readonly hostname?: string;
    readonly networks: readonly { readonly name: string; readonly address?: string }[];
  }[];
  readonly networks: readonly { readonly name: string }[];
};

/** Which request travels just now, or did. `source` is a part, or the host name of a machine. */
export type LitLink = {
  readonly source: string;
  readonly target: string;
  readonly outcome: 'succeeded' | 'challenged' | 'failed';
};

export type MapNode = {
  readonly id: string;
  readonly kind: 'part' | 'network';
  /** As it is called on the map: machines by their host names. */
  readonly label: string;
  /** Its address on a network where it has a fixed one. */
  readonly detail?: string;
  readonly x: number;
  readonly y: number;
};

/** From a part to a network that it is on; without networks, from one part to another. */
export type MapEdge = {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly outcome?: LitLink['outcome'];
};

/** Columns from left to right. What is in none is not on the map: nothing travels there. */
const MACHINES = ['app', 'app02', 'app03', 'app04', 'func-app01', 'pod-app01', 'outsider'];
const SERVICES = ['imds', 'appservice', 'entra', 'keyvault', 'blob', 'api', 'arm', 'cluster', 'dns'];
const INNER_NETWORKS = ['vm', 'appservice', 'azure'];
const BACK_NETWORK = 'fabric';

// Close together and high: it stands in a panel that is narrow.
const COLUMN = { machines: 0, inner: 185, services: 355, back: 540 };
const ROW = 84;

/** Where everything stands: machines, the networks they are on, the services, and the network behind these. */
export function layOut({ parts, networks }: Topology): MapNode[] {
  const known = (names: readonly string[]) => names.flatMap((name) => parts.find((part) => part.name === name) ?? []);
  // Without containers machines are called by their host names.
  const isService = (name: string) => [...SERVICES, 'portal'].includes(name);
  const machines = networks.length > 0 ? known(MACHINES) : parts.filter(({ name }) => !isService(name));
  const services = known(SERVICES);
  const height = Math.max(machines.length, services.length) * ROW;
  const column = (
    x: number,
    items: readonly { name: string; hostname?: string; networks: Topology['parts'][number]['networks'] }[],
  ) =>
    items.map(({ name, hostname, networks }, index): MapNode => {
      const address = networks.find(({ name, address }) => address !== undefined && name !== 'azure')?.address;
      return {
        id: `part:${name}`,
        kind: 'part',
        label: hostname ?? name,
        x,
        y: ((index + 0.5) * height) / items.length,
        ...(address !== undefined && { detail: address }),
      };
    });
  const inner = INNER_NETWORKS.filter((name) => networks.some((network) => network.name === name));
  const network = (name: string, x: number, y: number): MapNode => ({
    id: `network:${name}`,
    kind: 'network',
    label: name,
    x,
    y,
  });
  return [
    ...column(COLUMN.machines, machines),
    ...inner.map((name, index) => network(name, COLUMN.inner, ((index + 0.5) * height) / inner.length)),
    ...column(networks.length > 0 ? COLUMN.services : COLUMN.inner + 60, services),
    ...(networks.some(({ name }) => name === BACK_NETWORK) ? [network(BACK_NETWORK, COLUMN.back, height / 2)] : []),
  ];
}

/** Who is on which network, and over which one each request went. */
export function edgesOf({ parts, networks }: Topology, lit: readonly LitLink[]): MapEdge[] {
  const shown = new Set([...MACHINES, ...SERVICES]);
  const drawn = new Set([...INNER_NETWORKS, BACK_NETWORK]);
  const partOf = (name: string) => parts.find((part) => part.name === name || part.hostname === name);
  const outcomes = new Map<string, LitLink['outcome']>();
  const direct: MapEdge[] = [];
  for (const { source, target, outcome } of lit) {
    const [from, to] = [partOf(source), partOf(target)];
    if (!from || !to) continue;
    const over = sharedNetwork(from, to);
    if (over !== undefined) {
      outcomes.set(edgeId(from.name, over), outcome);
      outcomes.set(edgeId(to.name, over), outcome);
    } else if (networks.length === 0) {
      const id = `${from.name}→${to.name}`;
      direct.push({ id, source: `part:${from.name}`, target: `part:${to.name}`, outcome });
    }
  }
  const wires = parts
    .filter(({ name }) => shown.has(name))
    .flatMap(({ name, networks }) =>
      networks
        .filter((network) => drawn.has(network.name))
        .map((network): MapEdge => {
          const id = edgeId(name, network.name);
          const outcome = outcomes.get(id);
          const isLeft = MACHINES.includes(name);
          const isBack = network.name === BACK_NETWORK;
          const ends = [`part:${name}`, `network:${network.name}`] as const;
          const [source, target] = isLeft || isBack ? ends : [ends[1], ends[0]];
          return { id, source, target, ...(outcome !== undefined && { outcome }) };
        }),
    );
  return [...wires, ...new Map(direct.map((edge) => [edge.id, edge])).values()];
}

/** Services meet on their own network; a machine is on none of theirs. */
function sharedNetwork(one: Topology['parts'][number], other: Topology['parts'][number]): string | undefined {
  const isShared = (name: string) =>
    [one, other].every(({ networks }) => networks.some((network) => network.name === name));
  return [BACK_NETWORK, ...INNER_NETWORKS].find(isShared);
}

const edgeId = (part: string, network: string): string => `${part}–${network}`;
