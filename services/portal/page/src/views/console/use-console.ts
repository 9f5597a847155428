import { requestMistake } from '@lab/shared/lab/lab-request.ts';
import type { LabResponse, Workload } from '@managed-identity-lab/client';
import { useState } from 'react';
import { ask } from '../../api/lab.ts';
import { useMemory } from '../../app/memory.ts';
import { events } from '../../live/use-events.ts';
import { readCurl } from './curl/read-curl.ts';
import { writeCurl } from './curl/write-curl.ts';
import { type Draft, type Problem, toRequest } from './draft.ts';
import { MOST_SENT, type Sent } from './sent.ts';
import { type FoundToken, tokensIn } from './tokens-in.ts';

export type HeldToken = FoundToken & { readonly machine: string };

const FIRST: Draft = {
  method: 'GET',
  url: 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net',
  headers: [['Metadata', 'true']],
  body: '',
};

/** The request that is written, as a form and as a line, those that were sent, and the token that is in hand. */
export function useConsole() {
  const [draft, setDraft] = useMemory<Draft>('console draft', FIRST);
  const [line, setLine] = useMemory<{ readonly text: string; readonly problem?: Problem }>('console line', {
    text: writeCurl(FIRST),
  });
  const [sent, setSent] = useMemory<readonly Sent[]>('console sent', []);
  const [shown, setShown] = useMemory<number | undefined>('console shown', undefined);
  const [token, setToken] = useMemory<HeldToken | undefined>('console token', undefined);
  const [problem, setProblem] = useState<Problem>();

  const write = (next: Draft) => {
    setDraft(next);
    setLine({ text: writeCurl(next) });
    setProblem(undefined);
  };
  const writeLine = (text: string) => {
    const read = readCurl(text);
    if ('key' in read) return setLine({ text, problem: read });
    setDraft(read);
    setLine({ text });
    setProblem(undefined);
  };
  const send = async ({ name, machine }: Workload) => {
    const request = toRequest(draft, token?.token);
    const wrong = 'key' in request ? request : problemOf(request);
    setProblem(wrong);
    if (wrong) return;
    const id = (sent[0]?.id ?? 0) + 1;
    const begun: Sent = { id, workload: name, machine, draft, after: events.read().events.at(-1) };
    setSent((before) => [begun, ...before].slice(0, MOST_SENT));
    setShown(id);
    const answered = (answer: Pick<Sent, 'response' | 'error'>) =>
      setSent((before) => before.map((one) => (one.id === id ? { ...one, ...answer } : one)));
    try {
      const response = await ask<LabResponse>('POST', `/workloads/${encodeURIComponent(name)}/requests`, request);
      answered({ response });
      const [found] = 'body' in response ? tokensIn(response.body) : [];
      if (found) setToken({ ...found, machine });
    } catch (error) {
      answered({ error: error as Error });
    }
  };
  return { draft, write, line, writeLine, problem, send, sent, shown, setShown, token, setToken };
}

/** The sentence for a place that is none of the lab's; for the rest, the rule in its own words. */
function problemOf(request: object): Problem | undefined {
  const mistake = requestMistake(request);
  if (!mistake) return undefined;
  if (mistake.code === 'NotALabName') return { key: 'problem.not-a-lab-name' };
  return { key: 'problem.rule', values: { rule: mistake.message } };
}
