import type { LabHealth, Workload } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { useAgain } from '../../api/use-again.ts';
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
  const everyMs = health.data?.ready === true ? 15_000 : 2_000;
  useAgain(health, everyMs);
  useAgain(machines, everyMs);
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
