import type { ProgramSource, Workload } from '@managed-identity-lab/client';
import { ask } from '../api/lab.ts';
import { useAsk } from '../api/use-ask.ts';
import { useTexts } from '../texts/texts.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { ErrorNote } from '../ui/note.tsx';
import { Panel } from '../ui/panel.tsx';
import styles from './program.module.css';
import { Source } from './source.tsx';
import { Steps } from './steps.tsx';
import { useRun } from './use-run.ts';

/** The program of a workload while it runs: its source with the line that is being executed, and how each step ended. */
export function Program({ workload }: { workload: Workload | undefined }) {
  const t = useTexts('console');
  const name = workload?.running ? workload.name : undefined;
  const { data: source, error } = useAsk(name && `source ${name}`, (signal) =>
    ask<ProgramSource>('GET', `/workloads/${encodeURIComponent(name ?? '')}/source`, undefined, signal),
  );
  const { state, error: failure, isRunning, start } = useRun(name);
  const flow = state.run?.events.find(({ service }) => service === 'keyvault' || service === 'imds')?.flow;
  return (
    <div className={styles.program}>
      <Panel
        title={t('steps')}
        actions={
          <Button kind="primary" isDisabled={name === undefined} onPress={() => !isRunning && start()}>
            {isRunning ? t('running') : t('run', { machine: workload?.machine ?? '' })}
          </Button>
        }
      >
        <ErrorNote error={error ?? failure} />
        <Steps steps={source?.steps ?? []} state={state} />
        {flow !== undefined && (
          <div>
            <LinkButton href={`/flow?${new URLSearchParams({ flow })}`}>{t('to-flow')}</LinkButton>
          </div>
        )}
      </Panel>
      <Panel title={<code>{source?.file ?? t('source')}</code>}>
        {source ? <Source source={source} state={state} /> : name !== undefined && !error && <Loading />}
      </Panel>
    </div>
  );
}
