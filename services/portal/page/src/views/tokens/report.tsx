import type { EventCheck, EventDecision, Resource, TokenReport, Workload } from '@managed-identity-lab/client';
import { type CheckWords, useCheckWords } from '../../texts/check-words.ts';
import { useRoleName } from '../../texts/role-name.ts';
import { slug } from '../../texts/slug.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Code } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Said } from '../../ui/said.tsx';
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
  const words = useCheckWords();
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
        {failed
          ? sentence(words, failed, service)
          : refusal
            ? t('why.not-allowed')
            : t(decision ? 'why.allowed' : 'why.accepted')}
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
        <Checks checks={checks} service={service} />
      </Disclosure>
      {decision && (
        <Disclosure summary={t('decision', { count: decision.considered.length + (decision.leftOut ?? 0) })}>
          <Decision decision={decision} />
        </Disclosure>
      )}
      {workload && <SendForReal name={name} report={report} token={token} resources={resources} workload={workload} />}
    </article>
  );
}

const sentence = (words: CheckWords, { check }: EventCheck, service: string): string =>
  words.failed(check, { service }) ?? words.name(check);

function Checks({ checks, service }: { checks: readonly EventCheck[]; service: string }) {
  const t = useTexts('tokens');
  const words = useCheckWords();
  return (
    <ol className={styles.made}>
      {checks.map(({ check, outcome, reason }) => (
        <li key={check}>
          <Badge kind={outcome === 'passed' ? 'good' : 'bad'}>{t(`checks.${outcome}`)}</Badge>
          <span>
            {words.name(check, { service })}
            {reason !== undefined && <Said words={reason} />}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Decision({ decision: { operation, resourceId, considered, leftOut = 0 } }: { decision: EventDecision }) {
  const t = useTexts('tokens');
  const roleNamed = useRoleName();
  return (
    <>
      <p>
        <code>{operation}</code> · <code>{resourceId}</code>
      </p>
      {considered.length === 0 && <p>{t('decision.none')}</p>}
      <ul className={styles.checks}>
        {considered.map(({ assignmentId, roleName, scope, verdict }) => (
          <li key={assignmentId}>
            <Badge kind={verdict === 'grants' ? 'good' : verdict === 'denies' ? 'bad' : 'plain'}>
              {roleNamed(roleName)}
            </Badge>
            <span>
              {t(`verdict.${slug(verdict)}`)} <code>{scope}</code>
            </span>
          </li>
        ))}
      </ul>
      {leftOut > 0 && <p>{t('decision.left-out', { count: leftOut })}</p>}
    </>
  );
}
