import { LabApiError } from './lab-api-error.ts';

export type Connection = { readonly url: string; readonly token: string; readonly fetch: typeof fetch };

type Query = Readonly<Record<string, string | number | undefined>>;

type Request = {
  readonly query?: Query | undefined;
  /** Sent as JSON, or as YAML where it is a text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * One request to the lab API, whose answer is not read yet.
 *
 * @throws LabApiError what the API refused, with its code and its message.
 */
export async function ask(
  { url, token, fetch }: Connection,
  method: string,
  path: string,
  { query = {}, body, headers = {}, signal }: Request = {},
): Promise<Response> {
  const target = new URL(`/lab/v1${path}`, url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  const yaml = typeof body === 'string';
  const answer = await fetch(target, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'Content-Type': yaml ? 'application/yaml' : 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: yaml ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
    // The token is for the lab only, wherever an answer points to.
    redirect: 'error',
  });
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** The same, with the answer's JSON. The lab API is trusted to answer as it says, and a test sees to it. */
export async function askFor<Answer>(
  connection: Connection,
  method: string,
  path: string,
  request?: Request,
): Promise<Answer> {
  const answer = await ask(connection, method, path, request);
  return (await answer.json()) as Answer;
}

/** The same, where there is nothing to answer. */
export async function tell(connection: Connection, method: string, path: string, request?: Request): Promise<void> {
  const answer = await ask(connection, method, path, request);
  await answer.body?.cancel();
}

async function refusal(answer: Response): Promise<LabApiError> {
  const { status } = answer;
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new LabApiError({ status, code: error.code, message: error.message });
  } catch {
    // Something else listens there, or stands between.
    return new LabApiError({
      status,
      code: 'UnexpectedAnswer',
      message: `The lab API answered with status ${status}.`,
    });
  }
}
