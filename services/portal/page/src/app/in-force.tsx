import { useState } from 'react';
import { Link } from 'wouter';
import { useAction } from '../api/use-action.ts';
import { striking, useInForce } from '../live/in-force.ts';
import { durationInWords } from '../texts/duration.ts';
import { useTexts } from '../texts/texts.ts';
import { useRefusal } from '../texts/use-refusal.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import styles from './in-force.module.css';
import { ResetDialog } from './reset-dialog.tsx';
import { useSession } from './session.ts';
import { undoAll } from './undo.ts';

/** What is made to be otherwise than usual: faults, and the clock. Always visible, wherever one is, to who is somebody here. */
export function InForce() {
  const role = useSession()?.role;
  return role === 'trainer' || role === 'participant' ? <Shown mayUndo={role === 'trainer'} /> : null;
}

/** @param mayUndo In a shared lab it is the trainer's. */
function Shown({ mayUndo }: { mayUndo: boolean }) {
  const t = useTexts('shell');
  const inForce = useInForce();
  const undo = useAction<void>();
  const refusal = useRefusal(undo.error);
  const [isAsking, setAsking] = useState(false);
  const { clock } = inForce;
  const faults = striking(inForce.faults).length;
  const isAhead = clock !== undefined && clock.offsetSeconds > 0;
  const isHeld = clock !== undefined && clock.heldAt !== null;
  const isUsual = faults === 0 && !isAhead && !isHeld;
  return (
    <div className={styles.inForce} role="status">
      {!isUsual && (
        <>
          <Link href="/faults" className={styles.states}>
            <span className="visually-hidden">{t('in-force')}</span>
            {faults > 0 && (
              <Badge kind="bad">{t(faults === 1 ? 'in-force.fault' : 'in-force.faults', { faults })}</Badge>
            )}
            {isAhead && (
              <Badge kind="warning">{t('in-force.ahead', { time: durationInWords(clock.offsetSeconds) })}</Badge>
            )}
            {isHeld && <Badge kind="warning">{t('in-force.held')}</Badge>}
          </Link>
          {mayUndo && (
            <Button
              isPending={undo.isPending}
              onPress={() =>
                undo.run(async () => {
                  await undoAll(inForce);
                  if (isAhead) setAsking(true);
                })
              }
            >
              {t('undo')}
            </Button>
          )}
          {refusal !== undefined && <Badge kind="bad">{refusal.sentence}</Badge>}
        </>
      )}
      <ResetDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </div>
  );
}
