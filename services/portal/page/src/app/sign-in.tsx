import { type FormEvent, useState } from 'react';
import { useTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/note.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { TextField } from '../ui/text-field.tsx';
import { useBusy } from '../ui/use-busy.ts';
import { signIn } from './session.ts';
import styles from './sign-in.module.css';

/** In place of every view, for who has not said who they are in a lab that is shared. */
export function SignIn() {
  const t = useTexts('sign-in');
  const [code, setCode] = useState('');
  const { doing, error, run } = useBusy();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '') void run(() => signIn(code.trim()));
  };
  return (
    <Page texts={t}>
      <Panel>
        <form onSubmit={send} className={styles.form}>
          <TextField label={t('code')} description={t('where')} value={code} onChange={setCode} isCode />
          <Button kind="primary" type="submit" isPending={doing !== undefined}>
            {t('enter')}
          </Button>
        </form>
        <ErrorNote error={error} />
      </Panel>
    </Page>
  );
}
