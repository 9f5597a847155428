import { z } from 'zod';
import { readJson } from '../docker/engine.ts';

/** Asks the lab API; what it answers is shown as it is. */
export type AskLab = (path: string) => Promise<string>;

export const labApi =
  (url: string, token: string | undefined, fetchIt: typeof fetch = fetch): AskLab =>
  async (path) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetchIt(`${url}/lab/v1${path}`, { headers, signal: AbortSignal.timeout(15_000) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return text;
  };

const Page = z.object({ events: z.array(z.unknown()), cursor: z.string(), unheard: z.array(z.string()) });

/** All events that are remembered, one line each, oldest first. */
export async function allEvents(ask: AskLab, mostPages = 50): Promise<string> {
  const lines: string[] = [];
  let since: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = readJson(Page, await ask(`/events?limit=1000${since === undefined ? '' : `&since=${since}`}`));
    if (!page) throw new Error('the events cannot be read');
    if (since === undefined && page.unheard.length > 0) lines.push(`(not heard: ${page.unheard.join(', ')})`);
    if (page.events.length === 0) break;
    lines.push(...page.events.map((event) => JSON.stringify(event)));
    since = page.cursor;
  }
  return lines.join('\n');
}
