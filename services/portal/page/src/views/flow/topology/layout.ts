/** What `GET /topology` answers, as far as it is drawn. */
export type Topology = {
  readonly parts: readonly {
    readonly name: string;
    readonly hostname?: string;
    readonly networks: readonly { readonly name: string; readonly address?: string }[];
  }[];
  readonly networks: readonly { readonly name: string }[];
};

export type MapNode = {
  readonly id: string;
  readonly kind: 'part' | 'network';
  /** Of the part or the network, as the lab calls it. */
  readonly name: string;
  /** As it is called on the map: machines by their host names. */
  readonly label: string;
  /** Its address on a network where it has a fixed one. */
  readonly detail?: string;
  /** Of its left edge. */
  readonly x: number;
  /** Of its middle. */
  readonly y: number;
};

/** Where everything stands, in a frame of this size. */
export type MapLayout = { readonly nodes: readonly MapNode[]; readonly width: number; readonly height: number };

/** Columns from left to right. What is in none is not on the map: nothing travels there. */
const MACHINES = ['app', 'app02', 'app03', 'app04', 'func-app01', 'pod-app01', 'outsider'];
const SERVICES = ['imds', 'appservice', 'entra', 'keyvault', 'blob', 'api', 'arm', 'cluster', 'dns'];
export const INNER_NETWORKS = ['vm', 'appservice', 'azure'];
export const BACK_NETWORK = 'fabric';

/** Parts that are on the map. Without containers machines are called by their host names. */
export function partsOf({ parts, networks }: Topology) {
  const known = (names: readonly string[]) => names.flatMap((name) => parts.find((part) => part.name === name) ?? []);
  const isMachine = ({ name }: { name: string }) => ![...SERVICES, 'portal'].includes(name);
  return { machines: networks.length > 0 ? known(MACHINES) : parts.filter(isMachine), services: known(SERVICES) };
}

/** Widths as topology.module.css has them; `gap` is what lines and their arrows need at least, `row` a node with air. */
const SIZES = { part: 160, network: 124, gap: 46, row: 58, edge: 8 } as const;
/** Without networks a line from one service to another leaves and comes back on the right. */
const LOOP = 70;

/**
 * Machines, the networks they are on, the services, and the network behind these, as columns. They take as little room as
 * they need, so that they are as large as can be, and spread over what is left.
 *
 * @param ratio Width by height of the room that there is.
 */
export function layOut(topology: Topology, ratio: number): MapLayout {
  const { networks } = topology;
  const { machines, services } = partsOf(topology);
  const hasNetworks = networks.length > 0;
  const named = (names: readonly string[]) => names.filter((name) => networks.some((network) => network.name === name));
  const columns = [
    { width: SIZES.part, nodes: machines.map(partNode) },
    { width: SIZES.network, nodes: named(INNER_NETWORKS).map(networkNode) },
    { width: SIZES.part, nodes: services.map(partNode) },
    { width: SIZES.network, nodes: named([BACK_NETWORK]).map(networkNode) },
  ].filter(({ nodes }) => nodes.length > 0);

  const gaps = columns.length - 1;
  const used = columns.reduce((sum, { width }) => sum + width, 0) + 2 * SIZES.edge + (hasNetworks ? 0 : LOOP);
  const least = {
    width: used + gaps * SIZES.gap,
    height: Math.max(...columns.map(({ nodes }) => nodes.length)) * SIZES.row,
  };
  const width = Math.max(least.width, least.height * ratio);
  const height = Math.max(least.height, width / ratio);
  const gap = gaps === 0 ? 0 : (width - used) / gaps;
  let x: number = SIZES.edge;
  const nodes = columns.flatMap((column) => {
    const left = x;
    x += column.width + gap;
    return column.nodes.map(
      (node, index): MapNode => ({ ...node, x: left, y: ((index + 0.5) * height) / column.nodes.length }),
    );
  });
  return { nodes, width, height };
}

type Unplaced = Omit<MapNode, 'x' | 'y'>;

function partNode({ name, hostname, networks }: Topology['parts'][number]): Unplaced {
  const address = networks.find(({ name, address }) => address !== undefined && name !== 'azure')?.address;
  return {
    id: `part:${name}`,
    kind: 'part',
    name,
    label: hostname ?? name,
    ...(address !== undefined && { detail: address }),
  };
}

const networkNode = (name: string): Unplaced => ({ id: `network:${name}`, kind: 'network', name, label: name });
