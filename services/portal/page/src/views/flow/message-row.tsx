import type { Step } from '@lab/shared/flows/index.ts';
import { memo } from 'react';
import styles from './diagram.module.css';
import { centreOf } from './lane-heads.tsx';
import { colourOf, laneOf } from './lanes.ts';
import type { Row } from './rows.ts';
import { SIGNS } from './topology/shapes.ts';
import { inMilliseconds } from './when.ts';
import { useWords } from './words.ts';

/** A message of a flow: what happened in a sentence, and the arrows from who asked to who was asked and back. */
export const MessageRow = memo(
  ({
    row,
    lanes,
    isSelected,
    onSelect,
  }: {
    row: Extract<Row, { kind: 'message' }>;
    lanes: readonly string[];
    isSelected: boolean;
    onSelect: (row: Row) => void;
  }) => {
    const { t, part, step: inWords } = useWords();
    const { step, part: piece } = row.message;
    const { number, source, target, outcome, durationMs, event } = step;
    if (piece === 'answer') {
      return (
        <div className={styles.message}>
          <span className="visually-hidden">{t('answer-to', { number })}</span>
          <Arrow step={step} lanes={lanes} isAnswer />
        </div>
      );
    }
    return (
      <button
        type="button"
        tabIndex={isSelected ? 0 : -1}
        className={styles.message}
        aria-current={isSelected ? 'step' : undefined}
        onClick={() => onSelect(row)}
      >
        <span className={styles.line}>
          <span className={styles.number}>{number}</span>
          <span className={styles.sentence}>{inWords(step)}</span>
          <span className={`${styles.status} ${styles[outcome]}`}>
            <span aria-hidden="true">{SIGNS[outcome]}</span> {event.status}
            <span className="visually-hidden"> {t(`outcome.${outcome}`)}</span>
          </span>
          <span className={styles.took}>{inMilliseconds(durationMs)}</span>
        </span>
        <span className="visually-hidden">{t('from-to', { source: part(source), target: part(target) })}</span>
        <Arrow step={step} lanes={lanes} isAbove={piece === 'both'} />
        {piece === 'both' && <Arrow step={step} lanes={lanes} isAnswer />}
      </button>
    );
  },
);

function Arrow({
  step,
  lanes,
  isAnswer = false,
  isAbove = false,
}: {
  step: Step;
  lanes: readonly string[];
  isAnswer?: boolean;
  /** Of the one that comes back. */
  isAbove?: boolean;
}) {
  const [from, to] = [step.source, step.target].map((part) => centreOf(lanes, laneOf(part))) as [number, number];
  const isRefusal = isAnswer && step.outcome === 'failed';
  const isRightwards = from <= to !== isAnswer;
  const kinds = [
    styles.arrow,
    isAnswer ? styles.back : '',
    isAbove ? styles.above : '',
    isRightwards ? styles.right : styles.left,
    isRefusal ? styles.refusal : '',
  ];
  return (
    <span
      aria-hidden="true"
      data-arrow={isAnswer ? 'answer' : 'question'}
      className={kinds.join(' ')}
      style={{
        left: `${Math.min(from, to)}%`,
        width: `${Math.abs(to - from)}%`,
        color: isRefusal ? 'var(--bad)' : colourOf(step.target),
      }}
    />
  );
}
