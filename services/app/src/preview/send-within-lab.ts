import { hasWayOut } from '../agent/default-route.ts';
import { type LabRequest, requestMistake } from '../agent/lab-request.ts';
import { sendRequest } from '../agent/send-request.ts';
import type { SendRequest } from './ways.ts';

/**
 * Sends what the page was told to fetch, bounded as what a person lets a workload send: to the lab's names only, from a machine
 * that has no way out of the lab, and so much of the answer. The hole is that anybody may choose among these names; the world
 * is not among them.
 */
export const sendWithinLab =
  ({ leadsOut = hasWayOut, send = sendRequest } = {}): SendRequest =>
  async (url, headers) => {
    const request: LabRequest = { method: 'GET', url, headers };
    const mistake = requestMistake(request);
    if (mistake) return { error: mistake };
    if (await leadsOut()) return WAY_OUT;
    const answer = await send(request, { timeoutMs: 8_000, mostBytes: 64 * 1024 });
    if ('error' in answer) return { error: answer.error };
    const contentType = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    return { status: answer.status, body: answer.body, ...(contentType !== undefined && { contentType }) };
  };

const WAY_OUT = {
  error: {
    code: 'default-route',
    message: 'This machine has a route that leads out of the lab, so it fetches nothing.',
  },
};
