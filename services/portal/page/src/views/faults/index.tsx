import { useState } from 'react';
import { ResetDialog } from '../../app/reset-dialog.tsx';
import { useSession } from '../../app/session.ts';
import { useInForce } from '../../live/in-force.ts';
import { useTexts } from '../../texts/texts.ts';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { ClockPanel } from './clock-panel.tsx';
import { FaultForm } from './fault-form.tsx';
import { FaultList } from './fault-list.tsx';
import styles from './faults.module.css';

/** Makes the lab fail and moves its clock, and shows what of that is in force. It is undone above, in the shell. */
export default function Faults() {
  const t = useTexts('faults');
  const inForce = useInForce();
  const isTrainer = useSession()?.role === 'trainer';
  const [isAsking, setAsking] = useState(false);
  return (
    <Page texts={t}>
      <ErrorNote error={inForce.error} />
      {!isTrainer && (
        <Note>
          <p>{t('trainers')}</p>
        </Note>
      )}
      <FaultList faults={inForce.faults ?? []} unheard={inForce.unheard} mayChange={isTrainer} />
      <div className={isTrainer ? styles.columns : ''}>
        {isTrainer && <FaultForm />}
        <ClockPanel mayChange={isTrainer} onReset={() => setAsking(true)} />
      </div>
      <ResetDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </Page>
  );
}
