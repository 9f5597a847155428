import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type LabModel, same } from './model.ts';
import { usePropose } from './proposals.ts';
import { RoleAssignments } from './role-assignments.tsx';

/** What a principal may do, wherever that is. */
export function RolesOf({ principalId, model }: { principalId: string; model: LabModel }) {
  const t = useTexts('access');
  const propose = usePropose();
  return (
    <Panel
      title={t('roles.of-principal')}
      actions={<Button onPress={() => propose({ form: 'role', principalId })}>{t('roles.add')}</Button>}
    >
      <RoleAssignments
        about="principal"
        model={model}
        assignments={model.roleAssignments.filter((one) => same(one.principalId, principalId))}
      />
    </Panel>
  );
}
