import type { ServerResponse } from 'node:http';

type Write = ServerResponse['write'];
type End = ServerResponse['end'];

/**
 * Holds an answer back: what is written goes out when the time is over, in the order in which it was written. Who writes
 * a lot is told to wait, as by a peer that reads slowly.
 */
export function holdBack(res: ServerResponse, delayMs: number): void {
  const { write, end } = res;
  const held: (() => void)[] = [];
  res.write = ((...given: Parameters<Write>) => {
    held.push(() => write.apply(res, given));
    return false;
  }) as Write;
  res.end = ((...given: Parameters<End>) => {
    held.push(() => end.apply(res, given));
    return res;
  }) as End;
  const timer = setTimeout(() => {
    Object.assign(res, { write, end });
    for (const go of held) go();
    res.emit('drain');
  }, delayMs);
  res.once('close', () => clearTimeout(timer));
}

/** Sends half of the body of an answer and cuts the connection. Its length is announced as a whole, where it is known. */
export function cutInHalf(res: ServerResponse): void {
  const { write, end } = res;
  const finish = end as (done: () => void) => typeof res;
  const cut = () => res.destroy();
  let left: number | undefined;
  let isCut = false;
  const send = (chunk: Buffer): void => {
    const announced = Number(res.getHeader('content-length') ?? Number.NaN);
    left ??= Math.floor((Number.isNaN(announced) ? chunk.length : announced) / 2);
    const part = chunk.subarray(0, left);
    left -= part.length;
    isCut = left === 0;
    if (part.length > 0) {
      write.call(res, part, 'utf8', isCut ? cut : () => {});
    } else if (isCut) {
      res.flushHeaders();
      setImmediate(cut);
    }
  };
  res.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    if (!isCut) send(bytesOf(chunk, rest));
    doneOf(rest)?.();
    return !isCut;
  }) as Write;
  res.end = ((chunk?: unknown, ...rest: unknown[]) => {
    if (isCut) return res;
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return finish.call(res, cut); // nothing to be halved
    const whole = bytesOf(chunk, rest);
    if (left === undefined && !res.headersSent && !res.hasHeader('content-length')) {
      res.setHeader('Content-Length', whole.length);
    }
    send(whole);
    return isCut ? res : finish.call(res, cut);
  }) as End;
}

/** Cuts the connection, without a word. */
export function cutOff(res: ServerResponse, delayMs = 0): void {
  const timer = setTimeout(() => res.destroy(), delayMs);
  res.once('close', () => clearTimeout(timer));
}

const bytesOf = (chunk: string | Uint8Array, rest: readonly unknown[]): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(rest)) : Buffer.from(chunk);

const encodingOf = ([encoding]: readonly unknown[]): BufferEncoding =>
  typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';

const doneOf = (rest: readonly unknown[]): (() => void) | undefined =>
  rest.find((value): value is () => void => typeof value === 'function');
