import type { Resource } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { signOut } from '../../app/session.ts';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { useBusy } from '../../ui/use-busy.ts';
import styles from './room.module.css';

/** In the order in which one meets them. Of what is inside of them other views tell. */
export const KINDS = ['resourceGroup', 'virtualMachine', 'userAssignedIdentity', 'vault', 'storageAccount'] as const;

/** What a participant has in the lab. */
export function OwnPlace({ participant }: { participant: string }) {
  const t = useTexts('room');
  const { data, error, reload } = useAsk(`resources of ${participant}`, (signal) =>
    ask<{ resources: Resource[] }>('GET', '/resources', undefined, signal),
  );
  const busy = useBusy();
  const startOver = () =>
    busy.run(async () => {
      await ask('POST', `/participants/${participant}/reset`, {});
      await reload();
    });
  const own = KINDS.flatMap((kind) => data?.resources.filter((resource) => resource.kind === kind) ?? []);
  return (
    <>
      <Panel title={t('yours', { name: participant })}>
        <Rich of={t} text="yours.why" />
        <Rich of={t} text="yours.handout" />
        <ErrorNote error={error} />
        <Table
          caption={t('yours.table')}
          rows={own}
          keyOf={({ id }) => id}
          columns={[
            { id: 'kind', title: t('kind'), cell: ({ kind }) => t(`kind.${kind}`) },
            { id: 'name', title: t('name'), isRowHeader: true, cell: ({ name }) => <code>{String(name)}</code> },
          ]}
        />
      </Panel>
      <Panel title={t('start-over')}>
        <p>{t('start-over.why')}</p>
        <div className={styles.actions}>
          <Button isPending={busy.doing !== undefined} onPress={() => void startOver()}>
            {t('start-over')}
          </Button>
          <Button kind="quiet" onPress={() => void signOut()}>
            {t('sign-out')}
          </Button>
        </div>
        <ErrorNote error={busy.error} />
      </Panel>
    </>
  );
}
