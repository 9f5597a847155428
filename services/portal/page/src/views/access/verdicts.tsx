import type { PrincipalAccess } from '@managed-identity-lab/client';
import { Link } from 'wouter';
import { useRoleName } from '../../texts/role-name.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge, type BadgeKind } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './access.module.css';
import { scopeName } from './action.ts';
import { entryHref } from './addresses.ts';
import type { Entry, LabModel } from './model.ts';
import { usePropose } from './proposals.ts';
import { verdictKey } from './questions.ts';

/** Everybody, whether they may, and what each role assignment had to say. */
export function Verdicts({
  principals,
  entry,
  model,
}: {
  principals: readonly PrincipalAccess[];
  entry: Entry;
  model: LabModel;
}) {
  const t = useTexts('access');
  const propose = usePropose();
  return (
    <Table
      caption={t('table.verdicts')}
      rows={principals}
      keyOf={({ principalId }) => principalId}
      columns={[
        {
          id: 'principal',
          title: t('principal'),
          isRowHeader: true,
          cell: (who) => <Who who={who} model={model} />,
        },
        {
          id: 'may',
          title: t('may'),
          cell: ({ allowed, reason }) => (
            <div className={styles.verdict}>
              <Badge kind={allowed ? 'good' : 'bad'}>{allowed ? t('allowed') : t('refused')}</Badge>
              <small>{t(`reason.${reason}`)}</small>
            </div>
          ),
        },
        { id: 'why', title: t('why'), cell: (who) => <Why who={who} model={model} /> },
        {
          id: 'act',
          title: <span className="visually-hidden">{t('actions')}</span>,
          cell: ({ reason, principalId, displayName }) =>
            reason === 'notGranted' && (
              <span className={styles.end}>
                <Button
                  kind="quiet"
                  aria-label={t('roles.add-for', { principal: displayName })}
                  onPress={() => propose({ form: 'role', principalId, scope: scopeFor(entry, model) })}
                >
                  {t('roles.add')}
                </Button>
              </span>
            ),
        },
      ]}
    />
  );
}

/** Where a role is usually given: blobs have none of their own, and few give one at a secret. */
const scopeFor = (entry: Entry, model: LabModel): string =>
  (entry.kind === 'secret' || entry.kind === 'blob' ? model.pathTo(entry.id).at(-2)?.id : undefined) ?? entry.id;

function Who({ who, model }: { who: PrincipalAccess; model: LabModel }) {
  const t = useTexts('access');
  const entryId = model.principal(who.principalId)?.entryId;
  const tenant = who.tenantId === undefined ? undefined : model.find(who.tenantId)?.name;
  return (
    <div className={styles.verdict}>
      {entryId === undefined ? (
        <code>{who.principalId}</code>
      ) : (
        <Link href={entryHref(entryId)}>{who.displayName}</Link>
      )}
      <small>{[t(`principal.${who.kind}`), ...(tenant === undefined ? [] : [tenant])].join(' · ')}</small>
    </div>
  );
}

function Why({ who: { decision }, model }: { who: PrincipalAccess; model: LabModel }) {
  const t = useTexts('access');
  const roleNamed = useRoleName();
  if (decision.considered.length === 0) return <span className={styles.quiet}>{t('why.nothing')}</span>;
  return (
    <ul className={styles.why}>
      {decision.considered.map(({ assignmentId, roleName, scope, verdict, condition }) => (
        <li key={assignmentId}>
          <Badge kind={kindOf(verdict)}>{roleNamed(roleName)}</Badge>
          <span>
            {t('why.at', { scope: scopeName(scope, model) })} {t(verdictKey(verdict))}
          </span>
          {condition !== undefined && <code>{condition}</code>}
        </li>
      ))}
      {decision.leftOut !== undefined && (
        <li className={styles.quiet}>{t('why.left-out', { count: decision.leftOut })}</li>
      )}
    </ul>
  );
}

const kindOf = (verdict: string): BadgeKind => {
  if (verdict === 'grants') return 'good';
  if (verdict === 'denies') return 'bad';
  return verdict === 'other scope' ? 'plain' : 'warning';
};
