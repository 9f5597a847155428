import { useAction } from '../api/use-action.ts';
import { useInForce } from '../live/in-force.ts';
import { durationInWords } from '../texts/duration.ts';
import { useTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/note.tsx';
import styles from './in-force.module.css';
import { resetLab } from './undo.ts';

/** The clock cannot go back. Whoever wants to be in the present again has to begin again, and is asked first. */
export function ResetDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useTexts('shell');
  const { clock } = useInForce();
  const reset = useAction<void>();
  const time = durationInWords(clock?.offsetSeconds ?? 0);
  return (
    <Dialog title={t('reset.title')} isOpen={isOpen} onClose={onClose}>
      <p>{t('reset.about', { time })}</p>
      <ErrorNote error={reset.error} />
      <div className={styles.choices}>
        <Button onPress={onClose}>{t('reset.not', { time })}</Button>
        <Button
          kind="danger"
          isPending={reset.isPending}
          onPress={() =>
            reset.run(async () => {
              await resetLab();
              onClose();
            })
          }
        >
          {t('reset')}
        </Button>
      </div>
    </Dialog>
  );
}
