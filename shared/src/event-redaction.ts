import type { FlowEvent } from './events.ts';

/** What one event may take at most, in characters of JSON. A decision with its fifty assignments takes about thirty thousand. */
export const MOST_PER_EVENT = 64 * 1024;
/** And one text of it. */
const MOST_PER_TEXT = 2_048;

/**
 * An event without what must not be kept, and how much it takes as JSON. Clients put tokens where none belongs, into a path
 * or an id, and refusals repeat what was asked for. One that is too large keeps what every event has.
 */
export function withoutSecrets(event: FlowEvent): { event: FlowEvent; size: number } {
  const text = JSON.stringify(event);
  if (text.length <= MOST_PER_TEXT && !SUSPECT.test(text)) return { event, size: text.length };
  const clean = JSON.stringify(event, (_, value) => (typeof value === 'string' ? withoutTokens(value) : value));
  if (clean.length <= MOST_PER_EVENT) return { event: JSON.parse(clean), size: clean.length };
  const { checks: _c, decision: _d, furtherDecisions: _f, ...rest } = JSON.parse(clean) as FlowEvent;
  const small: FlowEvent = { ...rest, note: 'checks and decisions are left out: they are too long' };
  return { event: small, size: JSON.stringify(small).length };
}

/** A text without tokens, private keys, and values of parameters that hold secrets. */
export const withoutTokens = (text: string): string =>
  SUSPECT.test(text)
    ? text
        .replaceAll(PRIVATE_KEYS, '(key)')
        .replaceAll(TOKENS, '(token)')
        .replaceAll(PARTS_OF_TOKENS, '(token)')
        .replaceAll(PARAMETERS, '$1(secret)')
        .slice(0, MOST_PER_TEXT)
    : text.slice(0, MOST_PER_TEXT);

/** Between the parts of a token; clients may have encoded it. */
const DOT = String.raw`(?:\.|%2e)`;

/** Three parts, or five, of which the last is as long as a signature: whatever its header begins with. */
const TOKENS = new RegExp(String.raw`(?<![\w-])[\w-]{8,}${DOT}[\w-]*(?:${DOT}[\w-]*){0,2}${DOT}[\w-]{40,}`, 'gi');

/** The beginning of a token's header in base64url, and what follows: a token that was cut off, too. */
const PARTS_OF_TOKENS = new RegExp(String.raw`(?:eyJ|%65yJ)[\w-]{10,}(?:${DOT}[\w-]*)*`, 'g');

const PRIVATE_KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** A `?` that was encoded makes a query a part of the path. */
const PARAMETERS =
  /(?:(?<![a-z])|(?<=%3f|%26))((?:sig|client_assertion|assertion|client_secret|secret|password|access_token|refresh_token|code)(?:=|%3d))[^&\s"'\\]+/gi;

/** Whether any of the above can be there: most texts have none of it. */
const SUSPECT = /eyJ|%65yJ|PRIVATE KEY|=|%3d|[\w-]{40}/i;
