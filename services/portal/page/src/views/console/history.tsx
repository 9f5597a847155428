import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import styles from './console.module.css';
import type { Sent } from './sent.ts';

/** What was sent from this page, newest first: to see again, and to send again. */
export function History({
  sent,
  shown,
  onShow,
}: {
  sent: readonly Sent[];
  shown: number | undefined;
  onShow: (sent: Sent) => void;
}) {
  const t = useTexts('console');
  return (
    <ol className={styles.history}>
      {sent.map((one) => (
        <li key={one.id}>
          <button type="button" aria-pressed={one.id === shown} onClick={() => onShow(one)}>
            <Outcome sent={one} />
            <span>{t('as', { machine: one.machine })}</span>
            <code>
              {one.draft.method} {one.draft.url}
            </code>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Outcome({ sent: { response, error } }: { sent: Sent }) {
  const t = useTexts('console');
  if (response && 'status' in response) {
    return (
      <Badge kind={response.status < 300 ? 'good' : response.status < 400 ? 'plain' : 'bad'}>{response.status}</Badge>
    );
  }
  if (response) return <Badge kind="bad">{t(`stopped-short.${response.error.code}`)}</Badge>;
  return <Badge kind={error ? 'bad' : 'plain'}>{error ? t('refused-short') : t('sending')}</Badge>;
}
