import { Link } from 'wouter';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import styles from './access.module.css';
import { roleName, scopeName } from './action.ts';
import { entryHref } from './addresses.ts';
import { type LabModel, type RoleAssignment, same } from './model.ts';
import { useConfirm } from './proposals.ts';

/** Role assignments. @param about Of a principal they name the scope, of a resource the principal. */
export function RoleAssignments({
  assignments,
  about,
  at,
  model,
}: {
  assignments: readonly RoleAssignment[];
  about: 'principal' | 'resource';
  /** Of a resource: where others are inherited from. */
  at?: string;
  model: LabModel;
}) {
  const t = useTexts('access');
  const confirm = useConfirm();
  if (assignments.length === 0) return <p>{about === 'principal' ? t('roles.none') : t('roles.none-here')}</p>;
  const columns: Column<RoleAssignment>[] = [
    {
      id: 'role',
      title: t('role'),
      isRowHeader: true,
      cell: ({ roleDefinitionId, condition }) => (
        <>
          {roleName(roleDefinitionId, model)}
          {condition !== undefined && <Badge kind="warning">{t('conditional')}</Badge>}
        </>
      ),
    },
    about === 'principal'
      ? { id: 'scope', title: t('scope'), cell: ({ scope }) => <Scope scope={scope} model={model} /> }
      : {
          id: 'principal',
          title: t('principal'),
          cell: ({ principalId }) => <Holder id={principalId} model={model} />,
        },
    ...(at === undefined
      ? []
      : [
          {
            id: 'from',
            title: t('scope'),
            cell: ({ scope }: RoleAssignment) =>
              same(scope, at) ? t('scope.here') : <Scope scope={scope} model={model} />,
          },
        ]),
    {
      id: 'act',
      title: <span className="visually-hidden">{t('actions')}</span>,
      cell: ({ id, scope, principalId, roleDefinitionId }) => (
        <span className={styles.end}>
          <Button
            kind="quiet"
            aria-label={t('roles.remove-one', {
              role: roleName(roleDefinitionId, model),
              principal: model.principal(principalId)?.name ?? principalId,
            })}
            onPress={() => confirm({ kind: 'deleteRoleAssignment', subscription: model.subscriptionOf(scope), id })}
          >
            {t('remove')}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Table
      caption={about === 'principal' ? t('table.of-principal') : t('table.of-resource')}
      columns={columns}
      rows={assignments}
      keyOf={({ id }) => id}
    />
  );
}

function Scope({ scope, model }: { scope: string; model: LabModel }) {
  const name = scopeName(scope, model);
  return model.find(scope) ? <Link href={entryHref(scope)}>{name}</Link> : <code>{scope}</code>;
}

/** Whose role it is. Of one that is no more only the id is left. */
export function Holder({ id, model }: { id: string; model: LabModel }) {
  const t = useTexts('access');
  const principal = model.principal(id);
  if (!principal)
    return (
      <>
        <Badge kind="warning">{t('principal.unknown')}</Badge> <code>{id}</code>
      </>
    );
  return (
    <>
      <Link href={entryHref(principal.entryId)}>{principal.name}</Link>{' '}
      <small>{t(`principal.${principal.kind}`)}</small>
    </>
  );
}
