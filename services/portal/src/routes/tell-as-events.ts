import { asAzureError } from '@lab/shared/http/status.ts';
import type { Response } from 'express';

export const EVENT_STREAM = 'text/event-stream';

/**
 * Answers with server-sent events, each when it is told. What fails before the first is answered as it always is; afterwards the
 * status is gone, and the last event is an `error` with the body that the answer would have had.
 */
export async function tellAsEvents(
  res: Response,
  work: (tell: (event: string, data: unknown) => void) => Promise<void>,
): Promise<void> {
  const tell = (event: string, data: unknown) => {
    if (res.destroyed || res.writableEnded) return;
    if (!res.headersSent) res.setHeader('Content-Type', EVENT_STREAM);
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  try {
    await work(tell);
  } catch (thrown) {
    if (!res.headersSent) throw thrown;
    const { code, message } = asAzureError(thrown);
    tell('error', { error: { code, message } });
  }
  res.end();
}
