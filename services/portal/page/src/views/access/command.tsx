import { useTexts } from '../../texts/texts.ts';
import { Code } from '../../ui/code.tsx';
import styles from './access.module.css';
import { type Action, commandOf, hasAzCommand } from './action.ts';

/** The line for a shell that does the same. */
export function Command({ action }: { action: Action }) {
  const t = useTexts('access');
  const label = hasAzCommand(action) ? t('command.az') : t('command.lab');
  return (
    <div className={styles.command}>
      <p className={styles.quiet}>{label}</p>
      <Code text={commandOf(action)} language="bash" label={label} />
    </div>
  );
}
