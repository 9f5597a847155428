import { useState } from 'react';
import { useTexts } from '../../texts/texts.ts';
import { TextField } from '../../ui/text-field.tsx';
import { valuesOf } from './action.ts';
import { type Acting, ActionForm } from './action-form.tsx';
import type { LabModel } from './model.ts';

/** 3 to 128 letters, digits, `-` and `_`, as Azure takes them. */
const NAME = /^[a-zA-Z0-9][\w-]{2,127}$/;

export function IdentityForm({ groupId, model, ...acting }: Acting & { groupId: string; model: LabModel }) {
  const t = useTexts('access');
  const [name, setName] = useState('');
  const location = String(model.find(groupId)?.resource.location ?? 'westeurope');
  const isName = NAME.test(name);
  const action = isName
    ? { kind: 'createIdentity' as const, subscription: model.subscriptionOf(groupId), groupId, name, location }
    : undefined;
  return (
    <ActionForm action={action} values={action ? valuesOf(action, model) : {}} {...acting}>
      <TextField
        label={t('identity-name')}
        value={name}
        onChange={setName}
        placeholder="id-reports"
        error={name === '' || isName ? undefined : t('identity-name.wrong')}
      />
    </ActionForm>
  );
}
