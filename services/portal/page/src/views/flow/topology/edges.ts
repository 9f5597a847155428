import { BACK_NETWORK, INNER_NETWORKS, partsOf, type Topology } from './layout.ts';

/** Which request travels just now, or did. `source` is a part, or the host name of a machine. */
export type LitLink = {
  /** Of the step. */
  readonly number: number;
  readonly source: string;
  readonly target: string;
  readonly outcome: 'succeeded' | 'challenged' | 'failed';
};

/** Requests on an edge to one and the same part. */
export type Strand = {
  /** The part that is asked: its colour. */
  readonly target: string;
  /** Whether they travel as the edge is drawn, or against it. */
  readonly isForwards: boolean;
  /** Whether the part itself is at its end, or a network on the way. */
  readonly arrives: boolean;
  /** Of the last of them. */
  readonly outcome: LitLink['outcome'];
  readonly steps: readonly number[];
};

/** From a part to a network that it is on; without networks, from one part to another. */
export type MapEdge = {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** From a service to another one: they stand above each other. */
  readonly isLoop: boolean;
  /** One for each part that is asked over it. */
  readonly strands: readonly Strand[];
};

/** Who is on which network, and over which one each request went. */
export function edgesOf(topology: Topology, lit: readonly LitLink[]): MapEdge[] {
  const { machines, services } = partsOf(topology);
  const parts = [...machines, ...services];
  const drawn = new Set([...INNER_NETWORKS, BACK_NETWORK]);
  /** Edges are drawn from left to right. */
  const isLeftOf = (part: string, network: string) =>
    network === BACK_NETWORK || machines.some(({ name }) => name === part);
  const partOf = (name: string) => parts.find((part) => part.name === name || part.hostname === name);
  const strands = new Map<string, Strand[]>();
  const light = (id: string, { number, outcome }: LitLink, way: Pick<Strand, 'target' | 'isForwards' | 'arrives'>) => {
    const others = strands.get(id) ?? [];
    const same = others.find(({ target }) => target === way.target);
    const strand = { ...way, outcome, steps: [...(same?.steps ?? []), number] };
    strands.set(id, same ? others.map((other) => (other === same ? strand : other)) : [...others, strand]);
  };
  const direct = new Map<string, Omit<MapEdge, 'strands'>>();
  for (const link of lit) {
    const [from, to] = [partOf(link.source), partOf(link.target)];
    if (!from || !to) continue;
    const over = sharedNetwork(from, to);
    const target = to.name;
    if (over !== undefined) {
      light(edgeId(from.name, over), link, { target, isForwards: isLeftOf(from.name, over), arrives: false });
      light(edgeId(to.name, over), link, { target, isForwards: !isLeftOf(to.name, over), arrives: true });
    } else if (topology.networks.length === 0) {
      const id = `${from.name}→${to.name}`;
      direct.set(id, { id, source: `part:${from.name}`, target: `part:${to.name}`, isLoop: services.includes(from) });
      light(id, link, { target, isForwards: true, arrives: true });
    }
  }
  const wires = parts.flatMap(({ name, networks }) =>
    networks
      .filter((network) => drawn.has(network.name))
      .map((network) => {
        const ends = [`part:${name}`, `network:${network.name}`] as const;
        const [source, target] = isLeftOf(name, network.name) ? ends : [ends[1], ends[0]];
        return { id: edgeId(name, network.name), source, target, isLoop: false };
      }),
  );
  return [...wires, ...direct.values()].map((edge) => ({ ...edge, strands: strands.get(edge.id) ?? [] }));
}

/** Services meet on their own network; a machine is on none of theirs. */
function sharedNetwork(one: Topology['parts'][number], other: Topology['parts'][number]): string | undefined {
  const isShared = (name: string) =>
    [one, other].every(({ networks }) => networks.some((network) => network.name === name));
  return [BACK_NETWORK, ...INNER_NETWORKS].find(isShared);
}

const edgeId = (part: string, network: string): string => `${part}–${network}`;
