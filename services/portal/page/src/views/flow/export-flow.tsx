import { useState } from 'react';
import { send } from '../../api/lab.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { toAddress } from './address.ts';
import styles from './flow.module.css';

/** A flow to take along: as JSON, as a diagram of Mermaid, or as a link for who looks at the same lab. */
export function ExportFlow({ id, step }: { id: string; step: number }) {
  const t = useTexts('flow');
  const [error, setError] = useState<Error>();
  const save = async (path: string, name: string) => {
    setError(undefined);
    try {
      download(await (await send('GET', `/flows/${encodeURIComponent(id)}${path}`)).blob(), name);
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  const link = `${location.origin}${location.pathname}#${toAddress({ flow: id, step })}`;
  return (
    <>
      <div className={styles.exports}>
        <Button onPress={() => save('', `${id}.json`)}>{t('export-json')}</Button>
        <Button onPress={() => save('/mermaid', `${id}.mmd`)}>{t('export-mermaid')}</Button>
        <span className={styles.link}>
          <a href={link}>{t('link')}</a>
          <CopyButton text={link} />
        </span>
      </div>
      <ErrorNote error={error} />
    </>
  );
}

function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const anchor = Object.assign(document.createElement('a'), { href: url, download: name });
  anchor.click();
  URL.revokeObjectURL(url);
}
