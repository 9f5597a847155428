import type { Participant } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { kept } from '../../app/kept.ts';
import { linkOf } from '../../app/session-code.ts';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useBusy } from '../../ui/use-busy.ts';
import { AddParticipant } from './add-participant.tsx';
import { Remove } from './remove.tsx';
import styles from './room.module.css';
import { useParticipants } from './use-participants.ts';

const addressKept = kept('room-address');

/** Everybody's place, with the link that they open. Printed, it is cut up and handed out. */
export function Participants() {
  const t = useTexts('room');
  const { data, error, reload } = useParticipants();
  const [address, setAddress] = useState(() => addressKept.read() ?? location.origin);
  const busy = useBusy();
  const act = (work: () => Promise<unknown>, what: string) =>
    busy.run(async () => {
      await work();
      await reload();
    }, what);
  const rename = (value: string) => {
    setAddress(value);
    addressKept.write(value === location.origin ? undefined : value);
  };
  const isOnlyHere = /\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(address);
  return (
    <Panel title={t('participants')}>
      <ErrorNote error={busy.error ?? error} />
      {data?.participants.length === 0 && <Rich of={t} text="nobody" />}
      {data !== undefined && data.participants.length > 0 && (
        <>
          <div className={styles.address}>
            <TextField label={t('address')} description={t('address.why')} value={address} onChange={rename} isCode />
          </div>
          {isOnlyHere && (
            <Note kind="warning">
              <p>{t('address.local')}</p>
            </Note>
          )}
          <Table
            caption={t('participants.table')}
            rows={data.participants}
            keyOf={({ name }) => name}
            columns={[
              { id: 'name', title: t('name'), isRowHeader: true, cell: ({ name }) => name },
              { id: 'machine', title: t('machine'), cell: (one) => <MachineOf participant={one} /> },
              { id: 'group', title: t('group'), cell: ({ resourceGroup }) => <code>{resourceGroup}</code> },
              {
                id: 'link',
                title: t('link'),
                cell: ({ code }) => (
                  <span className={styles.link}>
                    <code>{linkOf(address, code)}</code>
                    <CopyButton text={linkOf(address, code)} />
                  </span>
                ),
              },
              {
                id: 'progress',
                title: t('progress'),
                cell: ({ passed, signedIn }) => (
                  <>
                    <Badge kind={signedIn ? 'good' : 'plain'}>{t(signedIn ? 'here' : 'away')}</Badge>{' '}
                    {t('passed', { count: passed.length })}
                  </>
                ),
              },
              {
                id: 'actions',
                title: t('actions'),
                cell: ({ name }) => (
                  <span className={styles.actions}>
                    <Button
                      kind="quiet"
                      aria-label={t('start-over.who', { name })}
                      isPending={busy.doing === `reset ${name}`}
                      // One thing at a time: what is pressed meanwhile would not be done.
                      isDisabled={busy.doing !== undefined && busy.doing !== `reset ${name}`}
                      onPress={() => void act(() => ask('POST', `/participants/${name}/reset`, {}), `reset ${name}`)}
                    >
                      {t('start-over')}
                    </Button>
                    <Remove
                      name={name}
                      isDisabled={busy.doing !== undefined}
                      onRemove={() => act(() => ask('DELETE', `/participants/${name}`), name)}
                    />
                  </span>
                ),
              },
            ]}
          />
        </>
      )}
      {data !== undefined && <AddParticipant freeMachines={data.freeMachines} onAdded={reload} />}
    </Panel>
  );
}

function MachineOf({ participant: { machine, running } }: { participant: Participant }) {
  const t = useTexts('room');
  return (
    <>
      <code>{machine}</code> {!running && <Badge kind="warning">{t('stopped')}</Badge>}
    </>
  );
}
