import { Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { ask } from '../../../api/lab.ts';
import { useAsk } from '../../../api/use-ask.ts';
import { type Texts, useTexts } from '../../../texts/texts.ts';
import { ErrorNote } from '../../../ui/note.tsx';
import { colourOf } from '../lanes.ts';
import { edgesOf, type LitLink } from './edges.ts';
import { layOut, type MapNode, type Topology } from './layout.ts';
import { Legend } from './legend.tsx';
import { SIGNS } from './shapes.ts';
import { StrandsEdge, toEdge } from './strands-edge.tsx';
import styles from './topology.module.css';

/**
 * The parts of the lab and the networks between them, with the requests that travel lit. A picture: what it shows is said in
 * words beside it, and nothing on it has to be reached.
 */
export function TopologyMap({ lit }: { lit: readonly LitLink[] }) {
  const t = useTexts('topology');
  const { data, error } = useAsk('topology', (signal) => ask<Topology>('GET', '/topology', undefined, signal));
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const size = useSize(frame);
  const layout = useMemo(() => data && size && layOut(data, size.width / size.height), [data, size]);
  const nodes = useMemo(() => (layout?.nodes ?? []).map((node) => toNode(node, t)), [layout, t]);
  const edges = useMemo(() => (data ? edgesOf(data, lit).map(toEdge) : []), [data, lit]);
  if (error) return <ErrorNote error={error} />;
  return (
    <figure className={styles.figure}>
      <div ref={setFrame} className={styles.map} role="img" aria-label={t('label')}>
        {layout && size && (
          <Lit value={lit}>
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={NODE_TYPES}
              edgeTypes={EDGE_TYPES}
              viewport={{ x: 0, y: 0, zoom: size.width / layout.width }}
              minZoom={0.1}
              nodesDraggable={false}
              nodesConnectable={false}
              nodesFocusable={false}
              edgesFocusable={false}
              elementsSelectable={false}
              panOnDrag={false}
              zoomOnScroll={false}
              zoomOnPinch={false}
              zoomOnDoubleClick={false}
              preventScrolling={false}
              disableKeyboardA11y
              proOptions={{ hideAttribution: true }}
            />
          </Lit>
        )}
      </div>
      <figcaption className={styles.caption}>
        <Legend />
        {data?.networks.length === 0 ? t('embedded') : t('caption')}
      </figcaption>
    </figure>
  );
}

type Size = { readonly width: number; readonly height: number };

/** Of an element, as it is now: its panel grows and shrinks. */
function useSize(element: Element | null): Size | undefined {
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      if (width > 0 && height > 0) setSize({ width, height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Beside the nodes, which would be measured anew whenever they change. */
const Lit = createContext<readonly LitLink[]>([]);

type Data = { readonly label: string; readonly detail?: string | undefined; readonly name: string };

function toNode({ id, kind, name, label, detail, x, y }: MapNode, t: Texts): Node<Data> {
  const about = kind === 'network' && t.has(`network.${name}`) ? t(`network.${name}`) : detail;
  return { id, type: kind, position: { x, y }, origin: [0, 0.5], data: { label, detail: about, name } };
}

/** More steps than these have no room at the part that was asked: the newest are told. */
const MOST_STEPS = 3;

function Part({ data: { label, detail, name } }: NodeProps<Node<Data>>) {
  const asked = useContext(Lit).filter(({ target }) => target === name);
  const colour = colourOf(name);
  return (
    <div
      className={styles.part}
      data-asked={asked.length > 0 || undefined}
      style={asked.length > 0 ? { borderColor: colour } : { borderLeftColor: colour }}
    >
      <Handles />
      <strong>{label}</strong>
      {asked.length > 0 && (
        <span className={styles.steps}>
          {asked.length > MOST_STEPS && '… '}
          {asked.slice(-MOST_STEPS).map(({ number, outcome }) => (
            <span key={number}>
              {number}
              <b className={styles[outcome]}>{SIGNS[outcome]}</b>
            </span>
          ))}
        </span>
      )}
      {detail !== undefined && <small>{detail}</small>}
    </div>
  );
}

function Network({ data: { label, detail } }: NodeProps<Node<Data>>) {
  return (
    <div className={styles.network}>
      <Handles />
      <strong>{label}</strong>
      {detail !== undefined && <small>{detail}</small>}
    </div>
  );
}

/** Where lines begin and end: on the right, and on the left; where there are no networks, also on the right. */
const Handles = () => (
  <>
    <Handle type="target" position={Position.Left} id="left" className={styles.handle ?? ''} />
    <Handle type="target" position={Position.Right} id="right" className={styles.handle ?? ''} />
    <Handle type="source" position={Position.Right} className={styles.handle ?? ''} />
  </>
);

const NODE_TYPES = { part: Part, network: Network };
const EDGE_TYPES = { strands: StrandsEdge };
