import { useState } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './room.module.css';

/** Takes somebody out of the lab, who is asked about once more: what they made goes with them. */
export function Remove({
  name,
  isDisabled,
  onRemove,
}: {
  name: string;
  isDisabled: boolean;
  onRemove: () => Promise<void>;
}) {
  const t = useTexts('room');
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button
        kind="quiet"
        aria-label={t('remove.who', { name })}
        isDisabled={isDisabled}
        onPress={() => setAsked(true)}
      >
        {t('remove')}
      </Button>
      <Dialog title={t('remove.who', { name })} isOpen={isAsked} onClose={() => setAsked(false)}>
        <p>{t('remove.why')}</p>
        <span className={styles.actions}>
          <Button
            kind="danger"
            onPress={() => {
              setAsked(false);
              void onRemove();
            }}
          >
            {t('remove')}
          </Button>
          <Button onPress={() => setAsked(false)}>{t('cancel')}</Button>
        </span>
      </Dialog>
    </>
  );
}
