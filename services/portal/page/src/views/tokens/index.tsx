import { decodeToken, isOfLab } from '@lab/shared/tokens/decode-token.ts';
import type { Resource, Workload } from '@managed-identity-lab/client';
import { useEffect, useState } from 'react';
import { ask, isSilence } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { inHandNow, putDown } from '../../app/token-in-hand.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Decoded } from './decoded.tsx';
import { findToken } from './find-token.ts';
import { ForgeToken } from './forge-token.tsx';
import { GetToken } from './get-token.tsx';
import { Inspection } from './inspection.tsx';
import styles from './tokens.module.css';

/**
 * What is in a token, what each service would say to it, and how it says it. A token is decoded here, by the page; the lab is
 * told of it only where it is of one of the lab's tenants. It is in the memory of this view and nowhere else.
 */
export default function Tokens() {
  const t = useTexts('tokens');
  const [text, setText] = useState(() => inHandNow() ?? '');
  useEffect(putDown, []);
  const { data: resources, error } = useAsk('resources', async (signal) => {
    return (await ask<{ resources: Resource[] }>('GET', '/resources', undefined, signal)).resources;
  });
  const { data: workloads, error: noWorkloads } = useAsk('workloads', async (signal) => {
    return (await ask<{ workloads: Workload[] }>('GET', '/workloads', undefined, signal)).workloads;
  });
  const token = findToken(text);
  const decoded = decodeToken(token);
  const tenantIds = resources?.flatMap(({ kind, tenantId }) => (kind === 'tenant' ? [String(tenantId)] : []));
  const isOurs = decoded !== undefined && tenantIds !== undefined && isOfLab(decoded.claims, tenantIds);
  const running = workloads?.filter((workload) => workload.running);
  const isRefused = noWorkloads !== undefined && !isSilence(noWorkloads);
  return (
    <Page texts={t}>
      <ErrorNote error={error ?? noWorkloads} />
      <div className={styles.sources}>
        <Panel title={t('paste')} actions={text !== '' && <Button onPress={() => setText('')}>{t('clear')}</Button>}>
          <TextField
            label={t('token')}
            value={text}
            onChange={setText}
            description={t('token.about')}
            rows={2}
            isCode
            {...(token !== '' && !decoded && { error: t('token.none') })}
          />
          <GetToken workloads={running ?? []} resources={resources ?? []} onToken={setText} />
        </Panel>
        <Panel title={t('forge')}>
          <ForgeToken
            resources={resources ?? []}
            workloads={running ?? (isRefused ? [] : undefined)}
            onToken={setText}
          />
        </Panel>
      </div>
      {decoded && !isOurs && tenantIds && (
        <Note kind="warning" title={t('foreign')} isLive>
          <p>{t('foreign.about')}</p>
        </Note>
      )}
      {decoded && !isOurs && <Decoded {...decoded} />}
      {decoded && isOurs && (
        <Inspection key={token} token={token} resources={resources ?? []} workloads={running ?? []}>
          <Decoded {...decoded} />
        </Inspection>
      )}
    </Page>
  );
}
