import type { Resource, TokenInspection, Workload } from '@managed-identity-lab/client';
import { type ReactNode, useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useCheckWords } from '../../texts/check-words.ts';
import { useTexts } from '../../texts/texts.ts';
import { Badge } from '../../ui/badge.tsx';
import { Json } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { Report } from './report.tsx';
import styles from './tokens.module.css';

/**
 * What the lab says of a token: its signature, and what becomes of it at each service. First in a line, then in detail.
 * @param children What is in the token, beside the detail.
 */
export function Inspection({
  token,
  resources,
  workloads,
  children,
}: {
  token: string;
  resources: readonly Resource[];
  workloads: readonly Workload[];
  children: ReactNode;
}) {
  const t = useTexts('tokens');
  const [name, setName] = useState<string>();
  const { data, error } = useAsk('inspect', (signal) =>
    ask<TokenInspection>('POST', '/tokens/inspect', { token }, signal),
  );
  const workload = workloads.find((one) => one.name === name) ?? workloads[0];
  return (
    <div className={styles.result}>
      {data && <Summary inspection={data} />}
      {children}
      <div className={styles.verdicts}>
        <ErrorNote error={error} />
        {!data && !error && <Loading />}
        {data && (
          <>
            <Panel title={t('signature')}>
              <Signature signature={data.signature} tenant={data.tenant?.name} />
            </Panel>
            <Panel
              title={t('services')}
              actions={
                workload && (
                  <Select
                    label={t('send.as')}
                    options={workloads.map((one) => ({
                      id: one.name,
                      text: one.machine,
                      detail: t(`kind.${one.kind}`),
                    }))}
                    selected={workload.name}
                    onSelect={setName}
                  />
                )
              }
            >
              <p className={styles.quiet}>{t('services.about')}</p>
              {data.unheard.length > 0 && (
                <Note kind="warning">
                  <p>{t('unheard', { services: data.unheard.map((service) => t(`service.${service}`)).join(', ') })}</p>
                </Note>
              )}
              <ul className={styles.reports}>
                {data.services.map((report) => (
                  <li key={`${report.service}/${report.resource ?? ''}`}>
                    <Report report={report} token={token} resources={resources} workload={workload} />
                  </li>
                ))}
              </ul>
            </Panel>
          </>
        )}
      </div>
    </div>
  );
}

/** In a line, for who forges one after the other. */
function Summary({ inspection: { signature, services } }: { inspection: TokenInspection }) {
  const t = useTexts('tokens');
  return (
    <ul className={styles.summary} aria-label={t('summary')}>
      <li>
        {t('signature')} <Badge kind={KIND[signature.outcome]}>{t(`signature.${signature.outcome}`)}</Badge>
      </li>
      {services.map(({ service, resource, refusal, accepted }) => (
        <li key={`${service}/${resource ?? ''}`}>
          {resource ?? t(`service.${service}`)}{' '}
          <Badge kind={refusal === undefined ? 'good' : accepted ? 'warning' : 'bad'}>
            {refusal === undefined ? t('accepted') : refusal.status}
          </Badge>
        </li>
      ))}
    </ul>
  );
}

const KIND = { passed: 'good', failed: 'bad', unknown: 'plain' } as const;

function Signature({
  signature: { kid, key, outcome, check },
  tenant,
}: {
  signature: TokenInspection['signature'];
  tenant: string | undefined;
}) {
  const t = useTexts('tokens');
  const words = useCheckWords();
  return (
    <>
      <p className={styles.line}>
        <Badge kind={KIND[outcome]}>{t(`signature.${outcome}`)}</Badge>
        {tenant !== undefined && <span>{t('tenant', { tenant })}</span>}
      </p>
      {outcome !== 'failed' && <p>{t(`signature.${outcome}.about`)}</p>}
      {check !== undefined && <p>{words.failed(check)}</p>}
      {key ? (
        <Disclosure summary={t('key', { kid: kid ?? '' })}>
          <p>{t('key.about')}</p>
          <Json value={key} label={t('key', { kid: kid ?? '' })} />
        </Disclosure>
      ) : (
        outcome !== 'unknown' && <p>{kid === undefined ? t('key.unnamed') : t('key.none', { kid })}</p>
      )}
    </>
  );
}
