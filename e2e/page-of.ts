import type { EmbeddedLab } from '@managed-identity-lab/embedded';

/** What the page of a participant asks, who has signed in with their code. */
export async function pageOf(lab: EmbeddedLab, participant: string) {
  const all = await lab.api.participants.list();
  const code = all.find(({ name }) => name === participant)?.code;
  const headers = { Origin: new URL(lab.url).origin, 'Content-Type': 'application/json' };
  const signedIn = await fetch(`${lab.url}/lab/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ code }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (method: string, path: string, body?: object) => {
    const init = { method, headers: { ...headers, cookie }, ...(body && { body: JSON.stringify(body) }) };
    const answer = await fetch(`${lab.url}/lab/v1${path}`, init);
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Asks the lab API, with what the person is known by. */
export type Ask = Awaited<ReturnType<typeof pageOf>>;
