import { useTexts } from '../../texts/texts.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { whoHref } from './addresses.ts';
import { type Entry, isWithin, type LabModel } from './model.ts';
import { usePropose } from './proposals.ts';
import { questionsOf } from './questions.ts';
import { RoleAssignments } from './role-assignments.tsx';

/** Who has which role at a resource: given there, or above it. */
export function RolesAt({ entry, model }: { entry: Entry; model: LabModel }) {
  const t = useTexts('access');
  const propose = usePropose();
  const denials = model.denyAssignments.filter(({ scope }) => isWithin(entry.id, scope));
  return (
    <Panel
      title={t('roles.of-resource')}
      actions={
        <>
          {questionsOf(entry).length > 0 && <LinkButton href={whoHref(entry.id)}>{t('who')}</LinkButton>}
          <Button onPress={() => propose({ form: 'role', scope: entry.id })}>{t('roles.add')}</Button>
        </>
      }
    >
      <RoleAssignments
        about="resource"
        at={entry.id}
        model={model}
        assignments={model.roleAssignments.filter(({ scope }) => isWithin(entry.id, scope))}
      />
      {denials.map(({ id, denyAssignmentName }) => (
        <Note key={id} kind="warning" title={t('denied-by', { name: denyAssignmentName })} />
      ))}
    </Panel>
  );
}
