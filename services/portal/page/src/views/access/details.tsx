import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './access.module.css';
import { Facts, Id } from './facts.tsx';
import { IdentityDetails } from './identity.tsx';
import { MachineDetails } from './machine.tsx';
import type { Entry, LabModel, Machine, Vault } from './model.ts';
import { useConfirm, usePropose } from './proposals.ts';
import { RolesAt } from './roles-at.tsx';
import { RolesOf } from './roles-of.tsx';
import { VaultDetails } from './vault.tsx';

/** The entry of the tree that is looked at: what it is, who may do what with it, and what can be done to it. */
export function Details({ entry, model }: { entry: Entry; model: LabModel }) {
  const t = useTexts('access');
  const path = model.pathTo(entry.id).slice(0, -1);
  return (
    <div className={styles.details}>
      <div className={styles.head}>
        <div>
          <p className={styles.quiet}>{[...path.map(({ name }) => name), t(`kind.${entry.kind}`)].join(' › ')}</p>
          <h2>{entry.name}</h2>
        </div>
        <div className={styles.buttons}>
          <Actions entry={entry} model={model} />
        </div>
      </div>
      <OfKind entry={entry} model={model} />
    </div>
  );
}

function OfKind({ entry, model }: { entry: Entry; model: LabModel }) {
  const { kind, resource } = entry;
  switch (kind) {
    case 'virtualMachine':
    case 'site':
      return (
        <>
          <MachineDetails key={entry.id} machine={resource as unknown as Machine} model={model} />
          <RolesAt entry={entry} model={model} />
        </>
      );
    case 'userAssignedIdentity':
      return <IdentityDetails entry={entry} model={model} />;
    case 'application':
      return <ApplicationDetails entry={entry} model={model} />;
    case 'tenant':
      return <TenantDetails entry={entry} />;
    case 'vault':
      return (
        <>
          <VaultDetails vault={resource as unknown as Vault} model={model} />
          <RolesAt entry={entry} model={model} />
        </>
      );
    default:
      return <RolesAt entry={entry} model={model} />;
  }
}

function Actions({ entry, model }: { entry: Entry; model: LabModel }) {
  const t = useTexts('access');
  const confirm = useConfirm();
  const propose = usePropose();
  const subscription = model.subscriptionOf(entry.id);
  switch (entry.kind) {
    case 'virtualMachine':
      return (
        <Button
          kind="danger"
          onPress={() => confirm({ kind: 'deleteVirtualMachine', subscription, resourceId: entry.id })}
        >
          {t('delete')}
        </Button>
      );
    case 'userAssignedIdentity':
      return (
        <Button kind="danger" onPress={() => confirm({ kind: 'deleteIdentity', subscription, identityId: entry.id })}>
          {t('delete')}
        </Button>
      );
    case 'resourceGroup':
      return <Button onPress={() => propose({ form: 'identity', groupId: entry.id })}>{t('form.identity')}</Button>;
    default:
      return null;
  }
}

function TenantDetails({ entry }: { entry: Entry }) {
  const t = useTexts('access');
  return (
    <Panel title={t('kind.tenant')}>
      <Facts
        facts={[
          [t('tenant-id'), <Id key="id">{entry.id}</Id>],
          [t('domain'), <code key="domain">{String(entry.resource.domain)}</code>],
          [t('issuer'), <code key="issuer">{`https://sts.windows.net/${entry.id}/`}</code>],
        ]}
      />
      <p className={styles.quiet}>{t('signing-keys.about')}</p>
    </Panel>
  );
}

function ApplicationDetails({ entry, model }: { entry: Entry; model: LabModel }) {
  const t = useTexts('access');
  const { clientId, principalId, identifierUris, appRoles } = entry.resource as unknown as {
    clientId: string;
    principalId?: string;
    identifierUris?: string[];
    appRoles?: string[];
  };
  return (
    <>
      <Panel title={t('kind.application')}>
        <Facts
          facts={[
            [t('client-id'), <Id key="client">{clientId}</Id>],
            principalId === undefined ? undefined : [t('principal-id'), <Id key="principal">{principalId}</Id>],
            identifierUris?.length
              ? [t('identifier-uris'), <code key="uris">{identifierUris.join(' ')}</code>]
              : undefined,
            appRoles?.length ? [t('app-roles'), appRoles.join(', ')] : undefined,
          ]}
        />
      </Panel>
      {principalId !== undefined && <RolesOf principalId={principalId} model={model} />}
    </>
  );
}
