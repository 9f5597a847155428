import type { EventCheck, EventDecision, Resource, TokenReport, Workload } from '@managed-identity-lab/client';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Code } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { rolesWithin } from './roles-within.ts';
import { SendForReal } from './send-for-real.tsx';
import styles from './tokens.module.css';

/** What one service would say to the token, and why; and a button to hear it. */
export function Report({
  report,
  token,
  resources,
  workload,
}: {
  report: TokenReport;
  token: string;
  resources: readonly Resource[];
  workload: Workload | undefined;
}) {
  const t = useTexts('tokens');
  const { service, resource, checks, accepted, refusal, decision } = report;
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  const within = decision ? rolesWithin(decision) : [];
  const name = `${t(`service.${service}`)}${resource === undefined ? '' : ` ${resource}`}`;
  return (
    <article
      className={styles.report}
      aria-label={name}
      style={{ borderLeftColor: `var(--part-${service === 'graph' ? 'entra' : service})` }}
    >
      <div className={styles.line}>
        <h3>{name}</h3>
        <Badge kind={refusal === undefined ? 'good' : accepted ? 'warning' : 'bad'}>
          {refusal === undefined ? t('accepted') : accepted ? t('not-allowed') : t('refused')}
        </Badge>
      </div>
      <p>
        {failed ? sentence(t, failed) : refusal ? t('why.not-allowed') : t(decision ? 'why.allowed' : 'why.accepted')}
      </p>
      {within.length > 0 && <p>{t('why.within', { parts: within.join(', ') })}</p>}
      {refusal && (
        <Disclosure
          summary={
            <>
              {t('words')} <code>{`${refusal.status} ${refusal.code}`}</code>
            </>
          }
        >
          <Code
            text={[refusal.message.trimEnd(), ...Object.values(refusal.details ?? {})].join('\n')}
            label={t('words')}
          />
        </Disclosure>
      )}
      <Disclosure summary={t('checks', { passed: checks.filter(({ outcome }) => outcome === 'passed').length })}>
        <Checks checks={checks} />
      </Disclosure>
      {decision && (
        <Disclosure summary={t('decision', { count: decision.considered.length })}>
          <Decision decision={decision} />
        </Disclosure>
      )}
      {workload && <SendForReal name={name} report={report} token={token} resources={resources} workload={workload} />}
    </article>
  );
}

type Texts = ReturnType<typeof useTexts>;

const sentence = (t: Texts, { check, reason }: EventCheck): string => {
  const key = `check.${check.replaceAll(' ', '-')}`;
  return t.has(key) ? t(key) : (reason ?? check);
};

function Checks({ checks }: { checks: readonly EventCheck[] }) {
  const t = useTexts('tokens');
  return (
    <ol className={styles.made}>
      {checks.map(({ check, outcome, reason }) => (
        <li key={check}>
          <Badge kind={outcome === 'passed' ? 'good' : 'bad'}>{check}</Badge>
          <span className={outcome === 'passed' ? 'visually-hidden' : ''}>
            {t(`checks.${outcome}`)}
            {reason !== undefined && `: ${reason}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Decision({ decision: { operation, resourceId, considered } }: { decision: EventDecision }) {
  const t = useTexts('tokens');
  return (
    <>
      <p>
        <code>{operation}</code> · <code>{resourceId}</code>
      </p>
      {considered.length === 0 && <p>{t('decision.none')}</p>}
      <ul className={styles.checks}>
        {considered.map(({ assignmentId, roleName, scope, verdict }) => (
          <li key={assignmentId}>
            <Badge kind={verdict === 'grants' ? 'good' : verdict === 'denies' ? 'bad' : 'plain'}>{roleName}</Badge>
            <span>
              {t.has(`verdict.${verdict.replaceAll(' ', '-')}`)
                ? t(`verdict.${verdict.replaceAll(' ', '-')}`)
                : verdict}{' '}
              <code>{scope}</code>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
