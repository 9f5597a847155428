import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import styles from './console.module.css';
import type { HeldToken } from './use-console.ts';

/** What stands for `$TOKEN`. The token itself is not shown. */
export function TokenInHand({ token, onForget }: { token: HeldToken | undefined; onForget: () => void }) {
  const t = useTexts('console');
  return (
    <div className={styles.token}>
      <code>$TOKEN</code>
      <span>
        {token
          ? t('token-in-hand', { audience: token.audience ?? token.name, machine: token.machine })
          : t('no-token-in-hand')}
      </span>
      {token && (
        <Button kind="quiet" onPress={onForget}>
          {t('forget')}
        </Button>
      )}
    </div>
  );
}
