import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useParameters } from '../../app/hash-location.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { parseAddress, toAddress } from './address.ts';
import { Diagram } from './diagram.tsx';
import styles from './flow.module.css';
import { findStep } from './flow-model.ts';
import { lanesOf } from './lanes.ts';
import { Notices } from './notices.tsx';
import { neighbour, type Row, rowsOf } from './rows.ts';
import { RunProgram } from './run-program.tsx';
import { Side } from './side.tsx';
import { useFlows, useLinkedFlow } from './use-flows.ts';
import { useProgramRun } from './use-program-run.ts';

/** Every request between the parts of the lab, drawn as it happens, and each of them opened. */
export default function FlowView() {
  const t = useTexts('flow');
  const [, go] = useLocation();
  const { flow: flowId, step: number = 1, workload } = parseAddress(useParameters());
  const { flows, pause } = useFlows();
  const program = useProgramRun();
  const [isWide, setWide] = useState(false);
  const linked = useLinkedFlow(flowId, flows);
  const shown = useMemo(() => {
    const own = workload === undefined ? flows : flows.filter(({ names }) => names.has(workload));
    // What was asked for is shown, whatever is filtered, and also where the page has not heard of it.
    return linked.flow && !own.includes(linked.flow) ? [linked.flow, ...own] : own;
  }, [flows, workload, linked.flow]);
  const rows = useMemo(() => rowsOf(shown), [shown]);
  const lanes = useMemo(() => lanesOf(shown.flatMap(({ steps }) => steps)), [shown]);
  const step = findStep(linked.flow, number);

  const open = useCallback(
    (flow: string | undefined, step?: number) => go(toAddress({ flow, step, workload }), { replace: true }),
    [go, workload],
  );
  const onSelect = useCallback(
    (row: Row) => open(row.flow.summary.id, row.kind === 'flow' ? 1 : row.message.step.number),
    [open],
  );
  const onStep = (by: 1 | -1) => {
    const next = neighbour(shown, step?.id, by);
    if (next) open(next.flow.summary.id, next.number);
  };
  return (
    <Page texts={t}>
      <div className={styles.tools}>
        <RunProgram program={program} />
        <WorkloadFilter
          names={useMemo(() => machinesOf(flows), [flows])}
          selected={workload}
          onSelect={(name) => go(toAddress({ flow: flowId, step: number, workload: name }), { replace: true })}
        />
        <Button onPress={pause.toggle}>{pause.isPaused ? t('resume', { count: pause.waiting }) : t('pause')}</Button>
        <Button onPress={() => onStep(-1)} isDisabled={!neighbour(shown, step?.id, -1)}>
          {t('previous')}
        </Button>
        <Button onPress={() => onStep(1)} isDisabled={!neighbour(shown, step?.id, 1)}>
          {t('next')}
        </Button>
        <div className={styles.size}>
          <Button onPress={() => setWide(!isWide)}>{t(isWide ? 'side-smaller' : 'side-larger')}</Button>
        </div>
        <div className={styles.notices}>
          <Notices />
          {linked.isMissing && (
            <Note kind="warning" isLive>
              <p>{t('forgotten')}</p>
            </Note>
          )}
        </div>
      </div>
      <div className={`${styles.parts} ${isWide ? styles.wide : ''}`}>
        <div className={styles.diagram}>
          {rows.length === 0 ? (
            <p className={styles.empty}>{t('empty')}</p>
          ) : (
            <Diagram
              rows={rows}
              lanes={lanes}
              selected={step?.id}
              isFollowing={!pause.isPaused}
              onSelect={onSelect}
              onStep={onStep}
            />
          )}
        </div>
        <div className={styles.side}>
          <Side flow={linked.flow} step={step} newest={shown.at(-1)} program={program} />
        </div>
      </div>
    </Page>
  );
}

const machinesOf = (flows: readonly { readonly summary: { readonly workload?: string } }[]): string[] =>
  [...new Set(flows.map(({ summary }) => summary.workload).filter((name) => name !== undefined))].sort();

const ALL = '';

function WorkloadFilter({
  names,
  selected,
  onSelect,
}: {
  names: readonly string[];
  selected: string | undefined;
  onSelect: (name: string | undefined) => void;
}) {
  const t = useTexts('flow');
  const known = selected === undefined || names.includes(selected) ? names : [...names, selected];
  return (
    <Select
      label={t('filter')}
      selected={selected ?? ALL}
      options={[{ id: ALL, text: t('all') }, ...known.map((name) => ({ id: name, text: name }))]}
      onSelect={(name) => onSelect(name === ALL ? undefined : name)}
    />
  );
}
