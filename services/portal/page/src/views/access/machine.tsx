import { useState } from 'react';
import { Link } from 'wouter';
import { Rich } from '../../texts/rich.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './access.module.css';
import { hostOf } from './action.ts';
import { entryHref } from './addresses.ts';
import { Certificate } from './certificate.tsx';
import { Facts, Id } from './facts.tsx';
import type { LabModel, Machine } from './model.ts';
import { useConfirm } from './proposals.ts';
import { RolesOf } from './roles-of.tsx';

/** The identities of a virtual machine or a function app: its own one, and those that it shares. */
export function MachineDetails({ machine, model }: { machine: Machine; model: LabModel }) {
  const t = useTexts('access');
  const confirm = useConfirm();
  const host = hostOf(machine);
  const subscription = model.subscriptionOf(machine.id);
  const own = machine.identities.find(({ identityType }) => identityType === 'SystemAssigned');
  return (
    <>
      <Panel
        title={t('system-identity')}
        actions={
          own ? (
            <Button onPress={() => confirm({ kind: 'removeSystemIdentity', subscription, host })}>
              {t('system-identity.off')}
            </Button>
          ) : (
            <Button kind="primary" onPress={() => confirm({ kind: 'assignSystemIdentity', subscription, host })}>
              {t('system-identity.on')}
            </Button>
          )
        }
      >
        <Rich of={t} text="system-identity.about" />
        {own ? (
          <>
            <div className={styles.state}>
              <Badge kind="good">{t('is-on')}</Badge>
            </div>
            <Facts
              facts={[
                [t('client-id'), <Id key="client">{own.clientId}</Id>],
                [t('principal-id'), <Id key="principal">{own.principalId}</Id>],
              ]}
            />
            <Certificate clientId={own.clientId} name={machine.name} />
          </>
        ) : (
          <div className={styles.state}>
            <Badge>{t('is-off')}</Badge>
          </div>
        )}
      </Panel>
      {own && <RolesOf principalId={own.principalId} model={model} />}
      <UserIdentities machine={machine} model={model} />
    </>
  );
}

function UserIdentities({ machine, model }: { machine: Machine; model: LabModel }) {
  const t = useTexts('access');
  const confirm = useConfirm();
  const [chosen, choose] = useState<string>();
  const host = hostOf(machine);
  const subscription = model.subscriptionOf(machine.id);
  const free = model.principals.filter(
    ({ kind, tenantId, entryId }) =>
      kind === 'userAssigned' && tenantId === machine.tenantId && !host.userIdentities.includes(entryId),
  );
  const isFree = free.some(({ entryId }) => entryId === chosen);
  return (
    <Panel title={t('user-identities')}>
      <Rich of={t} text="user-identities.about" />
      {host.userIdentities.length > 0 && (
        <ul className={styles.rows}>
          {host.userIdentities.map((identityId) => (
            <li key={identityId}>
              <Link href={entryHref(identityId)}>{model.find(identityId)?.name ?? identityId}</Link>
              <Button
                kind="quiet"
                aria-label={t('user-identities.remove', { identity: model.find(identityId)?.name ?? identityId })}
                onPress={() => confirm({ kind: 'removeUserIdentity', subscription, host, identityId })}
              >
                {t('remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {host.userIdentities.length === 0 && (
        <div className={styles.state}>
          <Badge>{t('user-identities.none')}</Badge>
        </div>
      )}
      {free.length > 0 && (
        <div className={styles.line}>
          <Select
            label={t('user-identities.choose')}
            placeholder={t('choose')}
            selected={isFree ? chosen : undefined}
            options={free.map(({ entryId: id, name: text }) => ({ id, text }))}
            onSelect={choose}
          />
          <Button
            isDisabled={!isFree}
            onPress={() =>
              chosen !== undefined && confirm({ kind: 'assignUserIdentity', subscription, host, identityId: chosen })
            }
          >
            {t('user-identities.assign')}
          </Button>
        </div>
      )}
    </Panel>
  );
}
