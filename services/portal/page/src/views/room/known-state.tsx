import type { Reset } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useBusy } from '../../ui/use-busy.ts';
import styles from './room.module.css';

/** Everything as the lab file says it, for a new group of people or after something went wrong. */
export function KnownState() {
  const t = useTexts('room');
  const parts = useTexts('flow');
  const [isAsked, setAsked] = useState(false);
  const [done, setDone] = useState<{ readonly seconds: string; readonly late: readonly string[] }>();
  const { doing, error, run } = useBusy();
  const reset = () => {
    setAsked(false);
    setDone(undefined);
    void run(async () => {
      const begun = performance.now();
      const { late } = await ask<Reset>('POST', '/reset', {});
      setDone({ seconds: ((performance.now() - begun) / 1_000).toFixed(1), late });
    });
  };
  return (
    <Panel title={t('state')}>
      <Rich of={t} text="state.why" />
      <div className={styles.actions}>
        <Button kind="danger" isPending={doing !== undefined} onPress={() => setAsked(true)}>
          {t('reset')}
        </Button>
      </div>
      {done && (
        <Note kind={done.late.length > 0 ? 'warning' : 'good'} isLive>
          <p>{t('reset.done', { seconds: done.seconds })}</p>
          {done.late.length > 0 && (
            <p>{t('reset.late', { services: done.late.map((name) => parts(`part.${name}`)).join(', ') })}</p>
          )}
        </Note>
      )}
      <ErrorNote error={error} />
      <Dialog title={t('reset')} isOpen={isAsked} onClose={() => setAsked(false)}>
        <p>{t('reset.sure')}</p>
        <span className={styles.actions}>
          <Button kind="danger" onPress={reset}>
            {t('reset.yes')}
          </Button>
          <Button onPress={() => setAsked(false)}>{t('cancel')}</Button>
        </span>
      </Dialog>
    </Panel>
  );
}
