import { createInterface } from 'node:readline';
import { type Dispatcher, request } from '@lab/shared/http/outgoing.ts';
import { z } from 'zod';
import { Progress, WorkloadRun } from './domain/workloads.ts';

/**
 * Asks an agent to run the program and to say where it is meanwhile: lines of JSON, `{ progress }` and at last `{ run }`.
 * @returns the run, or the status where there was none. Throws where the agent says what it may not, or stops in the middle.
 */
export async function watchedRun(
  name: string,
  dispatcher: Dispatcher,
  timeoutMs: number,
  onProgress: (progress: Progress) => void,
): Promise<{ readonly status: number; readonly run?: WorkloadRun }> {
  const { statusCode, body } = await request(`http://${name}/run`, {
    method: 'POST',
    dispatcher,
    headers: { accept: 'application/x-ndjson' },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  if (statusCode !== 200) {
    await body.dump();
    return { status: statusCode };
  }
  for await (const text of createInterface({ input: body })) {
    const line = Line.parse(JSON.parse(text));
    if ('run' in line) return { status: statusCode, run: line.run };
    onProgress(line.progress);
  }
  throw new Error('the run ended without a result');
}

const Line = z.union([z.object({ progress: Progress }), z.object({ run: WorkloadRun })]);
