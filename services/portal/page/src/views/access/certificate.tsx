import { useSession } from '../../app/session.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import styles from './access.module.css';
import { useConfirm } from './proposals.ts';

/** What an identity signs with, which Azure renews by itself. */
export function Certificate({ clientId, name }: { clientId: string; name: string }) {
  const t = useTexts('access');
  const confirm = useConfirm();
  const isTrainer = useSession()?.role === 'trainer';
  return (
    <div className={styles.line}>
      <p className={styles.quiet}>{t('certificate.about')}</p>
      {isTrainer && (
        <Button onPress={() => confirm({ kind: 'rotateCertificate', clientId, name })}>
          {t('certificate.rotate')}
        </Button>
      )}
    </div>
  );
}
