import type { Workload, WorkloadRun } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { slug } from '../../texts/slug.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Said } from '../../ui/said.tsx';
import { inWords } from './milliseconds.ts';
import styles from './start.module.css';

/** A machine with the sample program: run it, and see how far it came. */
export function Machine({ machine: { name, machine, kind } }: { machine: Workload }) {
  const t = useTexts('start');
  const [run, setRun] = useState<WorkloadRun>();
  const [error, setError] = useState<Error>();
  const [isRunning, setRunning] = useState(false);
  const start = async () => {
    setRunning(true);
    setError(undefined);
    try {
      setRun(await ask<WorkloadRun>('POST', `/workloads/${encodeURIComponent(name)}/run`, {}));
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Panel title={machine}>
      <p>{t(`about.${kind}`)}</p>
      <div className={styles.actions}>
        <Button kind="primary" isPending={isRunning} onPress={start}>
          {isRunning ? t('running') : t('run', { machine })}
        </Button>
        {run && <LinkButton href="/flow">{t('flow')}</LinkButton>}
      </div>
      <ErrorNote error={error} />
      <div role="status">{run && <Outcome run={run} />}</div>
    </Panel>
  );
}

function Outcome({ run: { outcome, durationMs, steps } }: { run: WorkloadRun }) {
  const t = useTexts('start');
  return (
    <>
      <Badge kind={outcome === 'succeeded' ? 'good' : 'bad'}>
        {t(`outcome.${outcome.replace(' ', '-')}`, { time: inWords(durationMs) })}
      </Badge>
      <ol className={styles.steps}>
        {steps.map(({ step, asked, outcome, durationMs, result, error }) => (
          <li key={step}>
            <div className={styles.line}>
              <Badge kind={outcome === 'succeeded' ? 'good' : 'bad'}>
                {t.has(stepKey(step)) ? t(stepKey(step)) : step}
              </Badge>
              <span className={styles.took}>{inWords(durationMs)}</span>
            </div>
            <code>{asked}</code>
            {result !== undefined && <Said by="program" words={result} />}
            {error && <Code text={error.message} label={t('message')} isCopyable={false} />}
          </li>
        ))}
      </ol>
    </>
  );
}

/** Steps are named by the program, which speaks English. */
const stepKey = (step: string): string => `step.${slug(step)}`;
