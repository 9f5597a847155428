import { BaseEdge, type Edge, type EdgeProps, getBezierPath, Position } from '@xyflow/react';
import { colourOf } from '../lanes.ts';
import type { MapEdge, Strand } from './edges.ts';
import { DASHES } from './shapes.ts';
import styles from './topology.module.css';

type StrandsEdgeType = Edge<{ readonly strands: readonly Strand[] }>;

/** Between strands on one line. */
const APART = 11;
const ARROW = { length: 14, half: 8 };

export function toEdge({ id, source, target, isLoop, strands }: MapEdge): StrandsEdgeType {
  return {
    id,
    source,
    target,
    type: 'strands',
    targetHandle: isLoop ? 'right' : 'left',
    focusable: false,
    zIndex: strands.length > 0 ? 1 : 0,
    data: { strands },
  };
}

/** A network card, and on it a line for each part that is asked over it, in its colour, with an arrow towards it. */
export function StrandsEdge({ data, ...edge }: EdgeProps<StrandsEdgeType>) {
  const strands = data?.strands ?? [];
  if (strands.length === 0) {
    const [path] = getBezierPath(edge);
    return <BaseEdge path={path} interactionWidth={0} className={styles.wire ?? ''} />;
  }
  return strands.map((strand, index) => (
    <StrandLine key={strand.target} strand={strand} edge={edge} aside={(index - (strands.length - 1) / 2) * APART} />
  ));
}

function StrandLine({
  strand: { target, isForwards, arrives, outcome, steps },
  edge: { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition },
  aside,
}: {
  strand: Strand;
  edge: Omit<EdgeProps<StrandsEdgeType>, 'data'>;
  aside: number;
}) {
  // Sources are left on the right, and targets reached from the left: only loops come back from the right.
  const fromRight = isForwards ? targetPosition === Position.Right : true;
  const tip = isForwards ? { x: targetX, y: targetY + aside } : { x: sourceX, y: sourceY + aside };
  const base = tip.x + (fromRight ? ARROW.length : -ARROW.length);
  const [path] = getBezierPath({
    sourceX: isForwards ? sourceX : base,
    sourceY: sourceY + aside,
    sourcePosition,
    targetX: isForwards ? base : targetX,
    targetY: targetY + aside,
    targetPosition,
  });
  return (
    <g data-lit={steps.join(' ')} data-target={target} style={{ color: colourOf(target) }}>
      <path d={path} className={styles.strand} strokeDasharray={DASHES[outcome]} />
      <path
        // For each step anew.
        key={steps.join(' ')}
        d={path}
        pathLength={100}
        className={styles.pulse}
        style={{ animationDirection: isForwards ? 'normal' : 'reverse', animationDelay: arrives ? '0.6s' : '0s' }}
      />
      <path
        className={styles.arrow}
        data-arrives={arrives || undefined}
        d={`M${tip.x} ${tip.y}L${base} ${tip.y - ARROW.half}V${tip.y + ARROW.half}Z`}
      />
    </g>
  );
}
