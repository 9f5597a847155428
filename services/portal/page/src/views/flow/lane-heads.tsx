import { memo } from 'react';
import styles from './diagram.module.css';
import { colourOf, MACHINE } from './lanes.ts';
import { useWords } from './words.ts';

/** In the middle of its lane, in percent. */
export const centreOf = (lanes: readonly string[], lane: string): number =>
  ((lanes.indexOf(lane) + 0.5) / lanes.length) * 100;

/** More than these have no room for their names in letters of the usual size. */
const MOST_AT_EASE = 8;

/** Who the lanes are of. They stay above while the rest is scrolled. */
export const LaneHeads = memo(({ lanes }: { lanes: readonly string[] }) => {
  const { t, part } = useWords();
  return (
    <div className={styles.heads} aria-hidden="true" data-many={lanes.length > MOST_AT_EASE || undefined}>
      {lanes.map((lane) => (
        <div key={lane} className={styles.head} style={{ borderColor: colourOf(lane), color: colourOf(lane) }}>
          {lane === MACHINE ? t('machine') : part(lane)}
        </div>
      ))}
    </div>
  );
});

/** Behind the rows. They do not move with them: one piece of a line is like another. */
export const LaneLines = memo(({ lanes }: { lanes: readonly string[] }) => (
  <div className={styles.lifelines} aria-hidden="true">
    {lanes.map((lane) => (
      <div key={lane} style={{ left: `${centreOf(lanes, lane)}%`, borderColor: colourOf(lane) }} />
    ))}
  </div>
));
