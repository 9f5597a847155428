import type { LabHealth } from '@managed-identity-lab/client';
import { useEffect } from 'react';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useTexts } from '../../texts/texts.ts';
import { ErrorNote } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Machine } from './machine.tsx';
import { Parts } from './parts.tsx';
import styles from './start.module.css';

/** Where everybody begins: run the program inside and outside, and see how the parts are. */
export default function Start() {
  const t = useTexts('start');
  const { data, error, reload } = useAsk('health', (signal) => ask<LabHealth>('GET', '/health', undefined, signal));
  const ready = data?.ready === true;
  useEffect(() => {
    const timer = setInterval(reload, ready ? 15_000 : 2_000);
    return () => clearInterval(timer);
  }, [ready, reload]);
  const parts = data?.parts ?? [];
  return (
    <Page texts={t}>
      <ErrorNote error={error} />
      <div className={styles.machines}>
        {parts
          .filter(({ kind }) => kind === 'workload')
          .map(({ name, plays }) => (
            <Machine key={name} name={name} plays={plays} />
          ))}
      </div>
      <Panel title={t('parts')}>
        <Parts parts={parts} />
      </Panel>
    </Page>
  );
}
