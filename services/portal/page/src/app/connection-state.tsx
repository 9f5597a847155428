import { useEvents } from '../live/use-events.ts';
import { useTexts } from '../texts/texts.ts';
import { Badge } from '../ui/badge.tsx';

/** Whether what is shown is what happens just now. */
export function ConnectionState() {
  const t = useTexts('shell');
  const { connection } = useEvents();
  const kind = connection === 'live' ? 'good' : connection === 'lost' ? 'bad' : 'plain';
  return (
    <span role="status">
      <Badge kind={kind}>{t(`connection.${connection}`)}</Badge>
    </span>
  );
}
