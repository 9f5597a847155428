import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import styles from './diagram.module.css';
import { FlowRow } from './flow-row.tsx';
import { LaneHeads, LaneLines } from './lane-heads.tsx';
import { MessageRow } from './message-row.tsx';
import { indexOfStep, type Row } from './rows.ts';
import { useRem } from './use-rem.ts';
import { useWords } from './words.ts';

/** Heights of rows in rem. They are fixed, so that ten thousand can be scrolled without having been measured. */
const HEIGHTS = { flow: 3.25, both: 4, question: 3.1, answer: 1.75 } as const;

const heightOf = (row: Row | undefined): number => HEIGHTS[row?.kind === 'message' ? row.message.part : 'flow'];

/** How near to its end somebody has to be to be taken along when it grows. */
const NEAR_PX = 120;

/**
 * Flows as a sequence diagram: lanes from left to right, time from top to bottom. Of its rows only those exist that are seen.
 */
export function Diagram({
  rows,
  lanes,
  selected,
  isFollowing,
  onSelect,
  onStep,
}: {
  rows: readonly Row[];
  lanes: readonly string[];
  /** Id of the step that is looked at. */
  selected: string | undefined;
  /** What is new is scrolled to, for who is at the end. */
  isFollowing: boolean;
  onSelect: (row: Row) => void;
  onStep: (by: 1 | -1) => void;
}) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const rem = useRem();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]) * rem,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
    // Rows come with the next frame, not within the event: a browser that is busy then skips none.
    useFlushSync: false,
    // So that a step is seen with what came before it, and what comes after.
    scrollPaddingStart: 7.5 * rem,
    scrollPaddingEnd: 4 * rem,
  });
  const height = virtualizer.getTotalSize();

  // biome-ignore lint/correctness/useExhaustiveDependencies: when rows come or go, sizes are others
  useLayoutEffect(() => virtualizer.measure(), [rows, rem]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it has grown
  useLayoutEffect(() => {
    const element = scroller.current;
    // A room sees what happens last, wherever somebody scrolled before.
    const isProjector = document.documentElement.hasAttribute('data-projector');
    if (element && isFollowing && (isAtEnd.current || isProjector)) element.scrollTop = element.scrollHeight;
  }, [height, isFollowing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another step is looked at, not when rows come
  useEffect(() => {
    if (selected === undefined) return;
    const index = indexOfStep(rows, selected);
    if (index === -1) return;
    isAtEnd.current = false;
    virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    // The row that has the focus may be gone when another one is scrolled to.
    scroller.current?.focus({ preventScroll: true });
    onStep(by as 1 | -1);
  };
  return (
    <div className={styles.diagram}>
      <LaneHeads lanes={lanes} />
      <LaneLines lanes={lanes} />
      <section
        ref={scroller}
        className={styles.scroller}
        aria-label={t('diagram')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - clientHeight - scrollTop < NEAR_PX;
        }}
      >
        <div className={styles.rows} style={{ height }}>
          <ol>
            {virtualizer.getVirtualItems().map(({ index, key, start, size }) => {
              const row = rows[index];
              if (!row) return null;
              return (
                <li
                  key={key}
                  aria-setsize={rows.length}
                  aria-posinset={index + 1}
                  className={styles.row}
                  style={{ height: size, transform: `translateY(${start}px)` }}
                >
                  {row.kind === 'flow' ? (
                    <FlowRow row={row} onSelect={onSelect} />
                  ) : (
                    <MessageRow
                      row={row}
                      lanes={lanes}
                      isSelected={row.message.step.id === selected}
                      onSelect={onSelect}
                    />
                  )}
                </li>
              );
            })}
          </ol>
        </div>
      </section>
    </div>
  );
}
