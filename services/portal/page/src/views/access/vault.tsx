import { useTexts } from '../../texts/texts.ts';
import { Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Facts } from './facts.tsx';
import type { LabModel, Vault } from './model.ts';
import { Holder } from './role-assignments.tsx';

/** What decides in a vault: roles, or its own access policies. */
export function VaultDetails({ vault, model }: { vault: Vault; model: LabModel }) {
  const t = useTexts('access');
  const usesRoles = vault.enableRbacAuthorization !== false;
  return (
    <Panel title={t('vault')}>
      <Facts
        facts={[
          [t('host'), <code key="host">https://{vault.host}</code>],
          [t('permission-model'), usesRoles ? t('permission-model.rbac') : t('permission-model.policies')],
        ]}
      />
      {!usesRoles && (
        <>
          <Note kind="info">{t('permission-model.note')}</Note>
          <Table
            caption={t('table.policies')}
            columns={[
              {
                id: 'who',
                title: t('principal'),
                isRowHeader: true,
                cell: ({ objectId }) => <Holder id={objectId} model={model} />,
              },
              {
                id: 'secrets',
                title: t('policies.secrets'),
                cell: ({ permissions }) => permissions.secrets?.join(', ') ?? '–',
              },
            ]}
            rows={vault.accessPolicies ?? []}
            keyOf={({ objectId, applicationId }) => `${objectId} ${applicationId}`}
          />
        </>
      )}
    </Panel>
  );
}
