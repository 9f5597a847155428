import type { Workload } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';
import { useRun } from '../../program/use-run.ts';

/** Which machine the program is run on, and where it is: for the button, and for the source beside the diagram. */
export function useProgramRun() {
  const { data } = useAsk('workloads', (signal) =>
    ask<{ workloads: readonly Workload[] }>('GET', '/workloads', undefined, signal),
  );
  const [chosen, choose] = useState<string>();
  const machines = (data?.workloads ?? []).filter(({ running }) => running);
  const name = chosen ?? machines[0]?.name;
  return { machines, name, choose, run: useRun(name) };
}

export type ProgramRun = ReturnType<typeof useProgramRun>;
