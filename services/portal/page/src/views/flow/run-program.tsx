import type { Workload } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './flow.module.css';

/** Runs the sample program on a machine that runs; what it leads to is drawn as it happens. */
export function RunProgram() {
  const t = useTexts('flow');
  const { data } = useAsk('workloads', (signal) =>
    ask<{ workloads: readonly Workload[] }>('GET', '/workloads', undefined, signal),
  );
  const [chosen, setChosen] = useState<string>();
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<Error>();
  const machines = (data?.workloads ?? []).filter(({ running }) => running);
  const name = chosen ?? machines[0]?.name;
  const run = async () => {
    if (name === undefined) return;
    setRunning(true);
    setError(undefined);
    try {
      await ask('POST', `/workloads/${encodeURIComponent(name)}/run`, {});
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <div className={styles.run}>
        <Select
          label={t('run-on')}
          selected={name}
          options={machines.map(({ name, machine }) => ({ id: name, text: machine }))}
          onSelect={setChosen}
        />
        <Button kind="primary" isPending={isRunning} isDisabled={name === undefined} onPress={run}>
          {isRunning ? t('running') : t('run')}
        </Button>
      </div>
      <ErrorNote error={error} />
    </>
  );
}
