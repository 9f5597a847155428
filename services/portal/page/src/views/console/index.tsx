import type { Workload } from '@managed-identity-lab/client';
import { useLayoutEffect } from 'react';
import { useLocation } from 'wouter';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useParameters } from '../../app/hash-location.ts';
import { useMemory } from '../../app/memory.ts';
import { Program } from '../../program/program.tsx';
import { useTexts } from '../../texts/texts.ts';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import styles from './console.module.css';
import { Requests } from './requests.tsx';

type Tab = 'request' | 'program';

/**
 * Lets a workload send a request, or run its program. The address says as whom and what: `?workload=app&curl=…`, `?tab=program`.
 */
export default function Console() {
  const t = useTexts('console');
  const parameters = useParameters();
  const [, navigate] = useLocation();
  const [name, setName] = useMemory<string | undefined>('console workload', undefined);
  const { data, error } = useAsk('workloads', (signal) =>
    ask<{ workloads: Workload[] }>('GET', '/workloads', undefined, signal),
  );
  const wanted = parameters.get('workload');
  // Before anything is shown: who is quick would send as the one before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link says it once, and then the person does
  useLayoutEffect(() => {
    if (wanted !== null) setName(wanted);
  }, [wanted]);
  const all = data?.workloads ?? [];
  const workload = all.find((one) => one.name === name || one.machine === name) ?? all.find(({ running }) => running);
  const tab: Tab = parameters.get('tab') === 'program' ? 'program' : 'request';
  return (
    <Page
      texts={t}
      actions={
        <Select
          label={t('workload')}
          options={all.map(({ name, machine, kind, running }) => ({
            id: name,
            text: machine,
            detail: running ? t(`kind.${kind}`) : t('not-running'),
          }))}
          selected={workload?.name}
          onSelect={setName}
        />
      }
    >
      <ErrorNote error={error} />
      {workload && !workload.running && (
        <Note kind="warning" title={t('not-running-title', { machine: workload.machine })}>
          <p>
            <code>npm start -- --profile {workload.profile}</code>
          </p>
        </Note>
      )}
      <Tabs<Tab>
        label={t('tabs')}
        selected={tab}
        onSelect={(id) => {
          if (id !== tab) navigate(id === 'program' ? '/console?tab=program' : '/console', { replace: true });
        }}
        tabs={[
          {
            id: 'request',
            title: t('tab.request'),
            content: <Requests workload={workload} line={parameters.get('curl') ?? undefined} />,
          },
          { id: 'program', title: t('tab.program'), content: <Program workload={workload} /> },
        ]}
      />
      <p className={styles.bounds}>{t('bounds')}</p>
    </Page>
  );
}
