import type { AzureAnswer, Session } from '@managed-identity-lab/client';

/**
 * The lab API, as the page asks it: with its session, which is renewed where it has ended, since the portal keeps sessions
 * in memory and may have been restarted.
 */

/** What the lab API refused, in its own words. `NoAnswer` where there was none. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly status: number;
  readonly code: string;

  constructor({ status, code, message }: { status: number; code: string; message: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What Azure refused, which the lab API has asked on somebody's behalf: in its own words. */
export class AzureRefusal extends Error {
  override readonly name = 'AzureRefusal';

  constructor({ status, body }: AzureAnswer) {
    const { code, message } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
    super([status, code === undefined ? '' : `${code}:`, message ?? ''].filter((part) => part !== '').join(' '));
  }
}

/** Nobody has answered: what was asked has to be asked again, or it is not known whether it was done. */
export const isSilence = (error: unknown): boolean => error instanceof LabError && error.code === 'NoAnswer';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** @throws LabError */
export async function ask<T>(method: Method, path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const answer = await send(method, path, {
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    ...(signal && { signal }),
  });
  if (answer.status === 204) return undefined as T;
  return orSilence(signal, answer.json() as Promise<T>);
}

/** The answer itself: of a stream, or of a text. @throws LabError */
export async function send(method: Method, path: string, init: RequestInit = {}): Promise<Response> {
  const first = await request(method, path, init);
  if (first.status !== 401) return orRefusal(first);
  await openSession();
  return orRefusal(await request(method, path, init));
}

/** A session for who has this code; without one, for who had one before, or is at home. @throws LabError */
export async function signInWith(code: string | undefined = signInWith.code): Promise<Session> {
  const body = JSON.stringify(code === undefined ? {} : { code });
  const headers = { 'Content-Type': 'application/json' };
  return (await (await orRefusal(await request('POST', '/session', { body, headers }))).json()) as Session;
}
/** With what the page signs in again where the portal was restarted. */
signInWith.code = undefined as string | undefined;

let opening: Promise<void> | undefined;
let nobody: () => void = () => {};

/** Called when the lab lets the page in no more: with the code that it has, or without one. */
export const whenNobody = (listener: () => void): void => {
  nobody = listener;
};

/** One for all who are waiting for it. A refusal is not thrown here: who asks again hears it. */
function openSession(): Promise<void> {
  opening ??= signInWith()
    .then(
      () => {},
      (error: LabError) => {
        if (error.status === 401) nobody();
      },
    )
    .finally(() => {
      opening = undefined;
    });
  return opening;
}

const request = (method: Method, path: string, init: RequestInit): Promise<Response> =>
  orSilence(init.signal, fetch(`lab/v1${path}`, { ...init, method }));

/** Also of an answer that ends before it is whole. @throws LabError `NoAnswer` */
export async function orSilence<T>(signal: AbortSignal | null | undefined, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new LabError({ status: 0, code: 'NoAnswer', message: (error as Error).message });
  }
}

async function orRefusal(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const body = (await answer.json().catch(() => undefined)) as
    | { error?: { code?: string; message?: string } }
    | undefined;
  const { code = 'UnexpectedAnswer', message = `The lab answered with status ${answer.status}.` } = body?.error ?? {};
  throw new LabError({ status: answer.status, code, message });
}
