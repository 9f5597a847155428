import type { DecisionMade } from '@lab/shared/events.ts';
import { useRoleName } from '../../texts/role-name.ts';
import { Badge } from '../../ui/badge.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './step-details.module.css';
import { useWords } from './words.ts';

type Considered = DecisionMade['considered'][number];

/** What was asked for, whether it was allowed, and what each role assignment that was considered had to say about it. */
export function Decision({
  decision: { operation, resourceId, grantedBy, considered, leftOut = 0 },
}: {
  decision: DecisionMade;
}) {
  const { t, verdict } = useWords();
  const roleNamed = useRoleName();
  const isGranted = grantedBy !== null;
  return (
    <section>
      <h3>{t('decision')}</h3>
      <dl className={styles.facts}>
        <dt>{t('action')}</dt>
        <dd>
          <code>{operation}</code>
        </dd>
        <dt>{t('resource')}</dt>
        <dd>
          <code>{resourceId}</code>
        </dd>
        <dt>{t('decided')}</dt>
        <dd>
          <Badge kind={isGranted ? 'good' : 'bad'}>{t(isGranted ? 'allowed' : 'denied')}</Badge>
        </dd>
      </dl>
      {considered.length === 0 ? (
        <p>{t('none-considered')}</p>
      ) : (
        <Table<Considered>
          caption={t('considered')}
          keyOf={({ assignmentId }) => assignmentId}
          rows={considered}
          columns={[
            { id: 'role', title: t('role'), cell: ({ roleName }) => roleNamed(roleName), isRowHeader: true },
            { id: 'scope', title: t('scope'), cell: ({ scope }) => <code>{scope}</code> },
            {
              id: 'verdict',
              title: t('verdict'),
              cell: ({ assignmentId, verdict: said, condition }) => (
                <>
                  <Badge kind={assignmentId === grantedBy ? 'good' : 'plain'}>{verdict(said)}</Badge>
                  {condition !== undefined && <code className={styles.condition}>{condition}</code>}
                </>
              ),
            },
          ]}
        />
      )}
      {leftOut > 0 && <p>{t('left-out', { count: leftOut })}</p>}
    </section>
  );
}
