import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './flow.module.css';
import type { ProgramRun } from './use-program-run.ts';

/** Runs the sample program on a machine that runs; what it leads to is drawn as it happens. */
export function RunProgram({ program: { machines, name, choose, run } }: { program: ProgramRun }) {
  const t = useTexts('flow');
  return (
    <>
      <div className={styles.run}>
        <Select
          label={t('run-on')}
          selected={name}
          options={machines.map(({ name, machine }) => ({ id: name, text: machine }))}
          onSelect={choose}
        />
        <Button kind="primary" isPending={run.isRunning} isDisabled={name === undefined} onPress={run.start}>
          {run.isRunning ? t('running') : t('run')}
        </Button>
      </div>
      <ErrorNote error={run.error} />
    </>
  );
}
