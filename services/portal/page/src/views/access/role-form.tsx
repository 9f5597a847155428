import { useMemo, useState } from 'react';
import { randomGuid } from '../../api/random-guid.ts';
import { useTexts } from '../../texts/texts.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { scopeName, valuesOf } from './action.ts';
import { type Acting, ActionForm } from './action-form.tsx';
import type { LabModel } from './model.ts';
import { askable } from './questions.ts';

/** Who, which role, where: a role assignment that is not there yet. */
export function RoleForm({
  given,
  model,
  ...acting
}: Acting & {
  given: { principalId?: string | undefined; scope?: string | undefined; roleName?: string | undefined };
  model: LabModel;
}) {
  const t = useTexts('access');
  const [principalId, setPrincipal] = useState(given.principalId);
  const [roleId, setRole] = useState(() => model.roles.find(({ name }) => name === given.roleName)?.id);
  const [scope, setScope] = useState(given.scope);
  const [condition, setCondition] = useState('');
  const [name] = useState(() => randomGuid());
  const scopes = useMemo(() => askable(model.tenants).filter(({ kind }) => kind !== 'blob'), [model]);
  const role = model.roles.find(({ id }) => id === roleId);
  const action =
    principalId !== undefined && role && scope !== undefined
      ? {
          kind: 'createRoleAssignment' as const,
          subscription: model.subscriptionOf(scope),
          ...{ name, principalId, scope, roleDefinitionId: role.id, roleName: role.name },
          ...(condition.trim() !== '' && { condition: condition.trim() }),
        }
      : undefined;
  return (
    <ActionForm action={action} values={action ? valuesOf(action, model) : {}} {...acting}>
      <Select
        label={t('principal')}
        placeholder={t('choose')}
        selected={principalId}
        options={model.principals.map((one) => ({
          id: one.principalId,
          text: one.name,
          detail: `${t(`principal.${one.kind}`)} · ${model.find(one.tenantId)?.name ?? ''}`,
        }))}
        onSelect={setPrincipal}
      />
      <Select
        label={t('role')}
        placeholder={t('choose')}
        selected={roleId}
        options={model.roles.map(({ id, name: text }) => ({ id, text }))}
        onSelect={setRole}
      />
      {role && <p>{role.description}</p>}
      <Select
        label={t('scope')}
        placeholder={t('choose')}
        selected={scope}
        options={scopes.map((entry) => ({
          id: entry.id,
          text: scopeName(entry.id, model),
          detail: t(`kind.${entry.kind}`),
        }))}
        onSelect={setScope}
      />
      <Disclosure summary={t('condition')}>
        <TextField
          label={t('condition')}
          isLabelHidden
          description={t('condition.about')}
          value={condition}
          rows={2}
          isCode
          onChange={setCondition}
        />
      </Disclosure>
    </ActionForm>
  );
}
