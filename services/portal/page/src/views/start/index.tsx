import type { LabHealth, Workload } from '@managed-identity-lab/client';
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
  const health = useAsk('health', (signal) => ask<LabHealth>('GET', '/health', undefined, signal));
  const machines = useAsk('workloads', (signal) =>
    ask<{ workloads: Workload[] }>('GET', '/workloads', undefined, signal),
  );
  const isReady = health.data?.ready === true;
  const { reload: askHealth } = health;
  const { reload: askMachines } = machines;
  useEffect(() => {
    const again = () => {
      askHealth();
      askMachines();
    };
    const timer = setInterval(again, isReady ? 15_000 : 2_000);
    return () => clearInterval(timer);
  }, [isReady, askHealth, askMachines]);
  const running = machines.data?.workloads.filter((machine) => machine.running) ?? [];
  return (
    <Page texts={t} title={t('heading')}>
      <ErrorNote error={health.error ?? machines.error} />
      <div className={styles.machines}>
        {running.map((machine) => (
          <Machine key={machine.name} machine={machine} />
        ))}
      </div>
      <Panel title={t('parts')}>
        <Parts parts={health.data?.parts.filter(({ kind }) => kind !== 'workload') ?? []} />
      </Panel>
    </Page>
  );
}
