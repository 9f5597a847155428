import type { Fault, FaultKinds, FaultRequest, Workload } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAction } from '../../api/use-action.ts';
import { useAsk } from '../../api/use-ask.ts';
import { readInForce } from '../../live/in-force.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Json } from '../../ui/code.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { ErrorNote, Note } from '../../ui/note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { DAMAGES, type Draft, forService, mistakesOf, NEW_DRAFT, RETRIES, SPANS, toFault } from './draft.ts';
import styles from './faults.module.css';
import { PRESETS } from './presets.ts';

/** The id of the choice of none. */
const ANY = 'any';

/** Sets a fault: one of the usual ones at once, or one of somebody's own making. */
export function FaultForm() {
  const t = useTexts('faults');
  const [draft, setDraft] = useState(NEW_DRAFT);
  const { data: kinds = [], error } = useAsk('kinds', async (signal) => {
    return (await ask<{ kinds: FaultKinds[] }>('GET', '/faults/kinds', undefined, signal)).kinds;
  });
  const { data: workloads = [], error: noWorkloads } = useAsk('workloads', async (signal) => {
    return (await ask<{ workloads: Workload[] }>('GET', '/workloads', undefined, signal)).workloads;
  });
  const set = useAction<number>();
  const add = (faults: readonly FaultRequest[]) =>
    set.run(async () => {
      try {
        for (const fault of faults) await ask<Fault>('POST', '/faults', fault);
      } finally {
        await readInForce();
      }
      return faults.length;
    });
  const change = (changed: Partial<Draft>) => setDraft((before) => ({ ...before, ...changed }));
  const kind = kinds.find(({ service }) => service === draft.service);
  const mistakes = mistakesOf(draft);
  const wrong = (field: string) => (mistakes.includes(field) ? t('number') : undefined);
  const presets = PRESETS.filter(({ faults }) =>
    faults.every((fault) => kinds.some((one) => one.service === fault.service)),
  );
  return (
    <Panel title={t('new')}>
      <ul className={styles.presets} aria-label={t('presets')}>
        {presets.map(({ id, faults }) => (
          <li key={id}>
            <Button onPress={() => add(faults)}>{t(`preset.${id}`)}</Button>
          </li>
        ))}
      </ul>
      <form
        className={styles.fields}
        aria-label={t('own')}
        onSubmit={(event) => {
          event.preventDefault();
          if (mistakes.length === 0) void add([toFault(draft)]);
        }}
      >
        <Select
          label={t('service')}
          options={kinds.map(({ service }) => ({ id: service, text: t(`service.${service}`) }))}
          selected={draft.service}
          onSelect={(service) => {
            const chosen = kinds.find((one) => one.service === service);
            if (chosen) setDraft((before) => forService(before, chosen));
          }}
        />
        <Select
          label={t('operation')}
          options={[
            { id: ANY, text: t('operation.any') },
            ...(kind?.operations ?? []).map((name) => ({ id: name, text: name })),
          ]}
          selected={draft.operation === '' ? ANY : draft.operation}
          onSelect={(operation) => change({ operation: operation === ANY ? '' : operation })}
        />
        <Select
          label={t('caller')}
          options={[
            { id: ANY, text: t('caller.any') },
            ...workloads
              .filter((workload) => workload.kind === 'virtualMachine' || workload.kind === 'functionApp')
              .map(({ machine }) => ({ id: machine, text: machine })),
          ]}
          selected={draft.caller === '' ? ANY : draft.caller}
          onSelect={(caller) => change({ caller: caller === ANY ? '' : caller })}
        />
        <Select
          label={t('effect')}
          options={DAMAGES.map((damage) => ({ id: damage, text: t(`damage.${damage}`) }))}
          selected={draft.damage}
          onSelect={(damage) => change({ damage })}
        />
        {draft.damage === 'status' && (
          <>
            <Select
              label={t('status')}
              options={(kind?.statuses ?? []).map(({ status, code }) => ({
                id: String(status),
                text: String(status),
                detail: code,
              }))}
              selected={draft.status}
              onSelect={(status) => change({ status })}
            />
            <Select
              label={t('retry')}
              options={RETRIES.map((retry) => ({ id: retry, text: t(`retry.${retry}`) }))}
              selected={draft.retry}
              onSelect={(retry) => change({ retry })}
            />
            {draft.retry === 'seconds' && (
              <TextField
                label={t('seconds')}
                type="number"
                value={draft.retrySeconds}
                error={wrong('retrySeconds')}
                onChange={(retrySeconds) => change({ retrySeconds })}
              />
            )}
          </>
        )}
        {draft.damage === 'delay' && (
          <TextField
            label={t('delay')}
            type="number"
            value={draft.delaySeconds}
            error={wrong('delaySeconds')}
            onChange={(delaySeconds) => change({ delaySeconds })}
          />
        )}
        <Select
          label={t('span')}
          options={SPANS.map((span) => ({ id: span, text: t(`span.${span}`) }))}
          selected={draft.span}
          onSelect={(span) => change({ span })}
        />
        {draft.span !== 'ever' && (
          <TextField
            label={draft.span === 'times' ? t('many') : t('seconds')}
            type="number"
            value={draft.many}
            error={wrong('many')}
            onChange={(many) => change({ many })}
          />
        )}
        <Button type="submit" kind="primary" isPending={set.isPending} isDisabled={mistakes.length > 0}>
          {t('set')}
        </Button>
      </form>
      <ErrorNote error={error ?? noWorkloads ?? set.error} />
      {set.data !== undefined && (
        <Note kind="good" isLive>
          <p>{t('set.done')}</p>
        </Note>
      )}
      <Disclosure summary={t('request')}>
        <Json value={toFault(draft)} label={t('request')} />
      </Disclosure>
    </Panel>
  );
}
