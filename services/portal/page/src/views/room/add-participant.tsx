import { type FormEvent, useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useBusy } from '../../ui/use-busy.ts';
import styles from './room.module.css';

/** As resources in Azure can be called by it. */
const NAME = /^[a-z][a-z0-9]{0,11}$/;

/** A place for one more, where a machine is left. */
export function AddParticipant({ freeMachines, onAdded }: { freeMachines: readonly string[]; onAdded: () => void }) {
  const t = useTexts('room');
  const [name, setName] = useState('');
  const { doing, error, run } = useBusy();
  const [machine] = freeMachines;
  if (machine === undefined) return <p>{t('full')}</p>;
  const isName = NAME.test(name);
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!isName) return;
    void run(async () => {
      await ask('PUT', `/participants/${name}`, {});
      setName('');
      onAdded();
    });
  };
  return (
    <form className={styles.add} onSubmit={add}>
      <TextField
        label={t('add.name')}
        description={t('add.at', { machine })}
        value={name}
        onChange={setName}
        error={name === '' || isName ? undefined : t('add.wrong')}
      />
      <Button type="submit" isPending={doing !== undefined} isDisabled={!isName}>
        {t('add')}
      </Button>
      <ErrorNote error={error} />
    </form>
  );
}
