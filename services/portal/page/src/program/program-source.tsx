import type { ProgramSource as Answer } from '@managed-identity-lab/client';
import { ask } from '../api/lab.ts';
import { useAsk } from '../api/use-ask.ts';
import { Loading } from '../ui/loading.tsx';
import { ErrorNote } from '../ui/note.tsx';
import type { RunState } from './run-state.ts';
import { Source } from './source.tsx';

/** The source of the program on a workload, with where its run is. */
export function ProgramSource({ workload, state }: { workload: string; state: RunState }) {
  const { data, error } = useAsk(`source ${workload}`, (signal) =>
    ask<Answer>('GET', `/workloads/${encodeURIComponent(workload)}/source`, undefined, signal),
  );
  if (error) return <ErrorNote error={error} />;
  return data ? <Source source={data} state={state} /> : <Loading />;
}
