import type { FlowEvent } from './events.ts';

/** What one event may take at most, in characters of JSON. A decision with its fifty assignments takes about thirty thousand. */
export const MOST_PER_EVENT = 64 * 1024;
/** And one text of it. */
const MOST_PER_TEXT = 2_048;

/**
 * An event without what must not be kept, and about how much it takes as JSON. Clients put tokens where none belongs, into a
 * path or an id, and refusals repeat what was asked for. One that is too large keeps what every event has.
 */
export function withoutSecrets(event: FlowEvent): { event: FlowEvent; size: number } {
  const [clean, size] = cleaned(event);
  if (size <= MOST_PER_EVENT) return { event: clean as FlowEvent, size };
  const { checks: _c, decision: _d, furtherDecisions: _f, ...rest } = clean as FlowEvent;
  const small: FlowEvent = { ...rest, note: 'checks and decisions are left out: they are too long' };
  return { event: small, size: cleaned(small)[1] };
}

/** Every text in a value without secrets, and the length of it all. Not by way of JSON: every request waits for this. */
function cleaned(value: unknown): [clean: unknown, size: number] {
  if (typeof value === 'string') {
    const text = withoutTokens(value);
    return [text, text.length + 2];
  }
  if (typeof value !== 'object' || value === null) return [value, 8];
  let size = 2;
  const take = (inner: unknown): unknown => {
    const [clean, length] = cleaned(inner);
    size += length + 1;
    return clean;
  };
  if (Array.isArray(value)) return [value.map(take), size];
  const clean: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    clean[name] = take(inner);
    size += name.length + 3;
  }
  return [clean, size];
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
const SUSPECT = /eyJ|%65yJ|PRIVATE KEY|=|%3d|(?:\.|%2e)[\w-]{40}/i;
