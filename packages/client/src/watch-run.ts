import { LabApiError } from './lab-api-error.ts';
import { ask, type Connection } from './requests.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { RunProgress, WorkloadRun } from './types/workloads.ts';

/** A run that says where it is. @throws LabApiError where the API refuses it, also in the middle. */
export async function watchRun(
  connection: Connection,
  path: string,
  onProgress: (progress: RunProgress) => void,
): Promise<WorkloadRun> {
  const { body, status } = await ask(connection, 'POST', path, { body: {}, headers: { Accept: 'text/event-stream' } });
  if (body) {
    for await (const { event, data = '' } of serverSentEvents(body)) {
      if (event === 'step') onProgress(JSON.parse(data) as RunProgress);
      if (event === 'run') return JSON.parse(data) as WorkloadRun;
      if (event === 'error') {
        const { error } = JSON.parse(data) as { error: { code: string; message: string } };
        throw new LabApiError({ status: 503, ...error });
      }
    }
  }
  throw new LabApiError({ status, code: 'UnexpectedAnswer', message: 'The run was cut off.' });
}
