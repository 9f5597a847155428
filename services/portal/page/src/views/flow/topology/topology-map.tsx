import { type Edge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useMemo } from 'react';
import { ask } from '../../../api/lab.ts';
import { useAsk } from '../../../api/use-ask.ts';
import { type Texts, useTexts } from '../../../texts/texts.ts';
import { ErrorNote } from '../../../ui/note.tsx';
import { edgesOf, type LitLink, layOut, type MapEdge, type MapNode, type Topology } from './layout.ts';
import styles from './topology.module.css';

/**
 * The parts of the lab and the networks between them, with the requests that travel lit. A picture: what it shows is said in
 * words beside it, and nothing on it has to be reached.
 */
export function TopologyMap({ lit }: { lit: readonly LitLink[] }) {
  const t = useTexts('topology');
  const { data, error } = useAsk('topology', (signal) => ask<Topology>('GET', '/topology', undefined, signal));
  const nodes = useMemo(() => (data ? layOut(data).map((node) => toNode(node, t)) : []), [data, t]);
  const edges = useMemo(() => (data ? edgesOf(data, lit).map(toEdge) : []), [data, lit]);
  if (error) return <ErrorNote error={error} />;
  return (
    <figure className={styles.figure}>
      <div className={styles.map} role="img" aria-label={t('label')}>
        {nodes.length > 0 && (
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            fitView
            fitViewOptions={{ padding: 0.04 }}
            minZoom={0.2}
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
        )}
      </div>
      <figcaption className={styles.caption}>{data?.networks.length === 0 ? t('embedded') : t('caption')}</figcaption>
    </figure>
  );
}

type Data = { readonly label: string; readonly detail?: string | undefined; readonly part: string };

function toNode({ id, kind, label, detail, x, y }: MapNode, t: Texts): Node<Data> {
  const name = id.slice(id.indexOf(':') + 1);
  const about = kind === 'network' && t.has(`network.${name}`) ? t(`network.${name}`) : detail;
  return { id, type: kind, position: { x, y }, origin: [0, 0.5], data: { label, detail: about, part: name } };
}

const COLOURS = { succeeded: 'var(--good)', challenged: 'var(--warning)', failed: 'var(--bad)' } as const;

function toEdge({ id, source, target, outcome }: MapEdge): Edge {
  const colour = outcome && COLOURS[outcome];
  return {
    id,
    source,
    target,
    type: 'default',
    focusable: false,
    animated: outcome === 'succeeded',
    zIndex: outcome ? 1 : 0,
    style: {
      stroke: colour ?? 'var(--line-strong)',
      strokeWidth: outcome ? 3 : 1,
      ...(outcome === 'failed' && { strokeDasharray: '2 5' }),
    },
    ...(colour && id.includes('→') && { markerEnd: { type: MarkerType.ArrowClosed, color: colour } }),
  };
}

function Part({ data: { label, detail, part } }: NodeProps<Node<Data>>) {
  return (
    <div className={styles.part} style={{ borderLeftColor: `var(--part-${part}, var(--part-workload))` }}>
      <Handle type="target" position={Position.Left} className={styles.handle ?? ''} />
      <strong>{label}</strong>
      {detail !== undefined && <small>{detail}</small>}
      <Handle type="source" position={Position.Right} className={styles.handle ?? ''} />
    </div>
  );
}

function Network({ data: { label, detail } }: NodeProps<Node<Data>>) {
  return (
    <div className={styles.network}>
      <Handle type="target" position={Position.Left} className={styles.handle ?? ''} />
      <strong>{label}</strong>
      {detail !== undefined && <small>{detail}</small>}
      <Handle type="source" position={Position.Right} className={styles.handle ?? ''} />
    </div>
  );
}

const NODE_TYPES = { part: Part, network: Network };
