import { useTexts } from '../../texts/texts.ts';
import { Json } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Note } from '../../ui/note.tsx';
import styles from './access.module.css';
import type { Done } from './action.ts';
import { Command } from './command.tsx';

/** What was done with this page since it was opened, the newest first, each with the command that does the same. */
export function DoneList({ done }: { done: readonly Done[] }) {
  const t = useTexts('access');
  const [newest, ...others] = done;
  if (!newest) return null;
  return (
    <div className={styles.done}>
      <Note kind="good" isLive title={t('done', { what: t(`do.${newest.action.kind}`, newest.values) })}>
        <Command action={newest.action} />
        <Answer done={newest} />
      </Note>
      {others.length > 0 && (
        <Disclosure summary={t('done.before', { count: others.length })}>
          <ol className={styles.rows}>
            {others.map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list grows at its beginning and has no other key
              <li key={others.length - index} className={styles.command}>
                <span>{t(`do.${one.action.kind}`, one.values)}</span>
                <Command action={one.action} />
              </li>
            ))}
          </ol>
        </Disclosure>
      )}
    </div>
  );
}

function Answer({ done: { answer } }: { done: Done }) {
  const t = useTexts('access');
  if (answer === undefined || answer === null || answer === '') return null;
  return (
    <Disclosure summary={t('answer')}>
      <Json value={answer} label={t('answer')} />
    </Disclosure>
  );
}
