import { useEvents } from '../../live/use-events.ts';
import { useLanguage } from '../../texts/texts.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Note } from '../../ui/note.tsx';
import { timeOfDay } from './when.ts';
import { useWords } from './words.ts';

/** What may be missing in what is shown: a stream that was lost, a service that began again, events that nobody told. */
export function Notices() {
  const { t, part } = useWords();
  const language = useLanguage();
  const { notices } = useEvents();
  const said = notices.toReversed().map((notice) => {
    const service = 'service' in notice ? part(notice.service) : '';
    const time = timeOfDay(new Date(notice.at).toISOString(), language);
    return `${time} · ${t(`notice.${notice.kind}`, { service })}`;
  });
  const [newest, ...before] = said;
  return (
    <div role="status">
      {newest !== undefined && (
        <Note kind={notices.at(-1)?.kind === 'back' ? 'good' : 'warning'}>
          <p>{newest}</p>
          {before.length > 0 && (
            <Disclosure summary={t('earlier', { count: before.length })}>
              <ul>
                {before.map((text, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a list of texts
                  <li key={index}>{text}</li>
                ))}
              </ul>
            </Disclosure>
          )}
        </Note>
      )}
    </div>
  );
}
