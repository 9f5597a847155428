import type { Step } from '@lab/shared/flows/index.ts';
import { lazy, Suspense, useMemo, useState } from 'react';
import { ProgramSource } from '../../program/program-source.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Loading } from '../../ui/loading.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import styles from './flow.module.css';
import type { ShownFlow } from './flow-model.ts';
import { colourOf } from './lanes.ts';
import { Outcome } from './outcome.tsx';
import { StepDetails } from './step-details.tsx';
import type { ProgramRun } from './use-program-run.ts';
import { useWords } from './words.ts';

const TopologyMap = lazy(async () => ({ default: (await import('./topology/topology-map.tsx')).TopologyMap }));

/**
 * Beside the diagram: the step that is looked at, the map with the way that it took, or the program with the line that it is
 * at. Whoever chose the map steps through on it; otherwise a step that is opened is shown.
 */
export function Side({
  flow,
  step,
  newest,
  program: { name, run },
}: {
  flow: ShownFlow | undefined;
  step: Step | undefined;
  newest: ShownFlow | undefined;
  program: ProgramRun;
}) {
  const t = useTexts('flow');
  const [chosen, setChosen] = useState<'step' | 'map' | 'program'>();
  const lit = useMemo(() => (step ? [step] : (newest?.steps ?? [])).map(toLink), [step, newest]);
  return (
    <Tabs
      label={t('side')}
      selected={chosen ?? (step ? 'step' : 'map')}
      onSelect={setChosen}
      tabs={[
        {
          id: 'step',
          title: t('tab-step'),
          content: flow && step ? <StepDetails flow={flow} step={step} /> : <p>{t('choose')}</p>,
        },
        {
          id: 'map',
          title: t('tab-map'),
          content: (
            <Suspense fallback={<Loading />}>
              {step && <StepInWords step={step} />}
              <TopologyMap lit={lit} />
            </Suspense>
          ),
        },
        {
          id: 'program',
          title: t('tab-program'),
          content: name !== undefined && <ProgramSource workload={name} state={run.state} />,
        },
      ]}
    />
  );
}

const toLink = ({ number, source, target, outcome }: Step) => ({ number, source, target, outcome });

/** What is lit on the map. */
function StepInWords({ step }: { step: Step }) {
  const { part, step: inWords } = useWords();
  return (
    <p className={styles.onMap} aria-live="polite">
      <strong>{step.number}</strong> {part(step.source)} →{' '}
      <span style={{ color: colourOf(step.target) }}>{part(step.target)}</span>
      <Outcome outcome={step.outcome} />
      {inWords(step)}
    </p>
  );
}
