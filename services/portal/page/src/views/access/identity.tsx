import { Link } from 'wouter';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './access.module.css';
import { entryHref } from './addresses.ts';
import { Certificate } from './certificate.tsx';
import { Facts, Id } from './facts.tsx';
import { type Entry, type LabModel, same } from './model.ts';
import { RolesAt } from './roles-at.tsx';
import { RolesOf } from './roles-of.tsx';

/** A user-assigned identity: where it is assigned, and what it may do. */
export function IdentityDetails({ entry, model }: { entry: Entry; model: LabModel }) {
  const t = useTexts('access');
  const { clientId, principalId } = entry.resource as unknown as { clientId: string; principalId: string };
  const machines = model.machines.filter(({ identities }) =>
    identities.some(({ resourceId }) => same(resourceId, entry.id)),
  );
  const credentials = model.federatedCredentials.filter((one) => same(one.clientId, clientId));
  return (
    <>
      <Panel title={t('identity')}>
        <Facts
          facts={[
            [t('client-id'), <Id key="client">{clientId}</Id>],
            [t('principal-id'), <Id key="principal">{principalId}</Id>],
            [
              t('assigned-to'),
              machines.length === 0 ? (
                <Badge key="none">{t('assigned-to.none')}</Badge>
              ) : (
                <ul key="machines" className={styles.inline}>
                  {machines.map(({ id, name }) => (
                    <li key={id}>
                      <Link href={entryHref(id)}>{name}</Link>
                    </li>
                  ))}
                </ul>
              ),
            ],
            ...credentials.map(
              ({ name, issuer, subject }) =>
                [
                  t('federated', { name }),
                  <span key={name}>
                    <code>{subject}</code> <small>{issuer}</small>
                  </span>,
                ] as const,
            ),
          ]}
        />
        {machines.length > 0 && <Certificate clientId={clientId} name={entry.name} />}
      </Panel>
      <RolesOf principalId={principalId} model={model} />
      <RolesAt entry={entry} model={model} />
    </>
  );
}
