import { useState } from 'react';
import { useMemory } from '../../../app/memory.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Button } from '../../../ui/button.tsx';
import { Code } from '../../../ui/code.tsx';
import { ErrorNote, Note } from '../../../ui/note.tsx';
import { Panel } from '../../../ui/panel.tsx';
import styles from '../exercises.module.css';
import { commands, type MadeApplication, makeApplication, tokenRequest } from './make-application.ts';

/**
 * Makes an application with a secret through Microsoft Graph. The secret is in the memory of the page and nowhere else: it is
 * shown once, as in Azure, and in no address.
 */
export function ClientSecret({ startedAt }: { startedAt: string | undefined }) {
  const t = useTexts('client-secret');
  const [made, setMade] = useMemory<(MadeApplication & { startedAt: string }) | undefined>('client secret', undefined);
  const [isMaking, setMaking] = useState(false);
  const [error, setError] = useState<Error>();
  // A reset takes it away: one of another attempt is no application any more.
  const application = made?.startedAt === startedAt ? made : undefined;
  const make = async () => {
    if (startedAt === undefined) return;
    setMaking(true);
    setError(undefined);
    try {
      const known = await makeApplication();
      setMade(() => ({ ...known, startedAt }));
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setMaking(false);
    }
  };
  return (
    <Panel title={t('title')}>
      <p>{t('intro')}</p>
      <Code
        language="bash"
        label={t('commands')}
        text={commands(application ?? { clientId: t('client-id'), endsAt: t('in-an-hour') })}
      />
      <div className={styles.actions}>
        <Button
          kind={application ? 'plain' : 'primary'}
          isPending={isMaking}
          isDisabled={startedAt === undefined}
          onPress={make}
        >
          {isMaking ? t('making') : application ? t('make-another') : t('make')}
        </Button>
      </div>
      <ErrorNote error={error} />
      <div role="status">
        {application && (
          <Note kind="good" title={t('made')}>
            <p>{t('ends', { time: application.endsAt })}</p>
          </Note>
        )}
      </div>
      {application && <Code language="bash" label={t('token-request')} text={tokenRequest(application)} />}
      {application && <p>{t('copy')}</p>}
    </Panel>
  );
}
