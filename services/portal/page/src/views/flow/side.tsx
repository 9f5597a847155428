import type { Step } from '@lab/shared/flows/index.ts';
import { lazy, Suspense, useMemo, useState } from 'react';
import { ProgramSource } from '../../program/program-source.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Loading } from '../../ui/loading.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import type { ShownFlow } from './flow-model.ts';
import { StepDetails } from './step-details.tsx';
import type { ProgramRun } from './use-program-run.ts';

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

const toLink = ({ source, target, outcome }: Step) => ({ source, target, outcome });
