import { useEffect, useState } from 'react';
import type { Notice } from '../live/event-store.ts';
import { useEvents } from '../live/use-events.ts';
import { useTexts } from '../texts/texts.ts';
import styles from './notices.module.css';

const SHOWN_MS = 10_000;

/** What has just happened to what is shown: a service was restarted, events are missing, the stream is back. */
export function Notices() {
  const t = useTexts('shell');
  const parts = useTexts('flow');
  const { notices } = useEvents();
  const newest = notices.at(-1);
  const [past, setPast] = useState<Notice>();
  useEffect(() => {
    if (!newest) return;
    const timer = setTimeout(() => setPast(newest), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [newest]);
  const shown = newest === past || newest?.kind === 'lost' ? undefined : newest;
  return (
    <div role="status" className={styles.place}>
      {shown && (
        <p className={styles.notice}>
          {t(`notice.${shown.kind}`, 'service' in shown ? { service: parts(`part.${shown.service}`) } : {})}
        </p>
      )}
    </div>
  );
}
