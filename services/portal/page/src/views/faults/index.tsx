import { useState } from 'react';
import { ResetDialog } from '../../app/reset-dialog.tsx';
import { useInForce } from '../../live/in-force.ts';
import { useTexts } from '../../texts/texts.ts';
import { ErrorNote } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { ClockPanel } from './clock-panel.tsx';
import { FaultForm } from './fault-form.tsx';
import { FaultList } from './fault-list.tsx';
import styles from './faults.module.css';

/** Makes the lab fail and moves its clock, and shows what of that is in force. It is undone above, in the shell. */
export default function Faults() {
  const t = useTexts('faults');
  const inForce = useInForce();
  const [isAsking, setAsking] = useState(false);
  return (
    <Page texts={t}>
      <ErrorNote error={inForce.error} />
      <FaultList faults={inForce.faults ?? []} unheard={inForce.unheard} />
      <div className={styles.columns}>
        <FaultForm />
        <ClockPanel onReset={() => setAsking(true)} />
      </div>
      <ResetDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </Page>
  );
}
