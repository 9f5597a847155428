import { memo } from 'react';
import { useLanguage } from '../../texts/texts.ts';
import styles from './diagram.module.css';
import { colourOf } from './lanes.ts';
import { Outcome } from './outcome.tsx';
import type { Row } from './rows.ts';
import { inMilliseconds, timeOfDay } from './when.ts';
import { useWords } from './words.ts';

/** The head of a flow: whose it is, when it was, what it was for, and how it ended. */
export const FlowRow = memo(
  ({ row, onSelect }: { row: Extract<Row, { kind: 'flow' }>; onSelect: (row: Row) => void }) => {
    const { t, part, head } = useWords();
    const language = useLanguage();
    const { workload, at, durationMs, title, outcome } = row.flow.summary;
    const machine = workload === undefined ? t('nobody') : part(workload);
    return (
      <button type="button" tabIndex={-1} className={styles.flow} onClick={() => onSelect(row)}>
        <span className={styles.machine} style={{ borderColor: colourOf(workload ?? 'portal') }}>
          {machine}
        </span>
        <span className={styles.title}>{head(title, outcome)}</span>
        <Outcome outcome={outcome} />
        <span className={styles.quiet}>
          {timeOfDay(at, language)} · {inMilliseconds(durationMs)}
        </span>
      </button>
    );
  },
);
