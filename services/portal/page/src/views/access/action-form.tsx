import type { ReactNode } from 'react';
import type { Values } from '../../texts/fill-in.ts';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import styles from './access.module.css';
import { type Action, isDangerous } from './action.ts';
import { Command } from './command.tsx';

export type Acting = {
  readonly isPending: boolean;
  readonly error: Error | undefined;
  readonly onAct: (action: Action) => void;
  readonly onCancel: () => void;
};

/** What happens, the command, and the buttons. @param action Undefined: something is still to be filled in above. */
export function ActionForm({
  action,
  values = {},
  children,
  isPending,
  error,
  onAct,
  onCancel,
}: Acting & { action: Action | undefined; values?: Values; children?: ReactNode }) {
  const t = useTexts('access');
  return (
    <>
      {children}
      {action && <Rich of={t} text={`about.${action.kind}`} values={values} />}
      {action && <Command action={action} />}
      <ErrorNote error={error} />
      <div className={`${styles.buttons} ${styles.answer}`}>
        {/* Not `isPending`, which would be announced by a name that goes away with the dialog. */}
        <Button
          kind={action && isDangerous(action) ? 'danger' : 'primary'}
          isDisabled={!action}
          onPress={() => action && !isPending && onAct(action)}
        >
          {isPending ? t('doing') : action && isDangerous(action) ? t('do-it.remove') : t('do-it')}
        </Button>
        <Button onPress={onCancel}>{t('cancel')}</Button>
      </div>
    </>
  );
}
