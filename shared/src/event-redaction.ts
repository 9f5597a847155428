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
  const { checks: _c, decision: _d, furtherDecisions: _f, token: _t, issued: _i, ...rest } = clean as FlowEvent;
  const small: FlowEvent = { ...rest, note: 'checks and decisions are left out: they are too long' };
  return { event: small, size: cleaned(small)[1] };
}

/** Every text in a value without secrets, and the length of it all. Not by way of JSON: every request waits for this. */
function cleaned(value: unknown): [clean: unknown, size: number] {
  if (typeof value === 'string') {
    if (harmless.has(value)) return [value, value.length + 2];
    const text = withoutTokens(value);
    if (text === value) keepAsHarmless(text);
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

/**
 * Texts that have been looked at, and are as they were: names of roles, ids of resources, what a client calls itself come with
 * every event. Nothing is kept here that had to be changed.
 */
let harmless = new Set<string>();
const MOST_HARMLESS = 1_024;

function keepAsHarmless(text: string): void {
  if (text.length > 256) return;
  if (harmless.size >= MOST_HARMLESS) harmless = new Set();
  harmless.add(text);
}

/**
 * A text without tokens, private keys, values of parameters that hold secrets, and what looks as random as a secret. What is
 * percent-encoded is looked at decoded, and shown so where something was found.
 */
export function withoutTokens(text: string): string {
  const clean = isSuspect(text) ? redacted(text) : text;
  const decoded = clean.includes('%') ? percentDecoded(clean) : clean;
  const known = decoded === clean || !isSuspect(decoded) ? decoded : redacted(decoded);
  return (known === decoded ? clean : known).slice(0, MOST_PER_TEXT);
}

/** So much of a text at most, cut when it is without secrets: what is left of one that is cut through looks like none. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : withoutTokens(text).slice(0, most);

const redacted = (text: string): string =>
  text
    .replaceAll(PRIVATE_KEYS, '(key)')
    .replaceAll(TOKENS, '(token)')
    .replaceAll(PARTS_OF_TOKENS, '(token)')
    .replaceAll(PARAMETERS, '$1(secret)')
    .replaceAll(USERS_IN_URLS, '(secret)@')
    .replaceAll(OWN_SECRETS, '(secret)')
    .replaceAll(RUNS, (run) => (isRandom(run) ? '(secret)' : run));

/** Also what was encoded many times over: `%252541` is what `%41` was. */
function percentDecoded(text: string): string {
  let decoded = text;
  for (let times = 0; times < 4 && ENCODED.test(decoded); times += 1) {
    decoded = decoded.replaceAll(/%(?:25)*([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return decoded;
}

const ENCODED = /%[0-9a-f]{2}/i;

/**
 * Whether it is more likely a key, a signature or a secret in base64 than a name: letters of both cases, which change with
 * each other and with digits all the time. GUIDs and versions of secrets have one case only.
 */
function isRandom(run: string): boolean {
  const kinds = [...run].map((character) => (/[a-z]/.test(character) ? 'a' : /[A-Z]/.test(character) ? 'A' : '0'));
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
  return changes >= run.length * 0.4 && Math.min(count('a'), count('A')) >= run.length * 0.15;
}

/** Between the parts of a token; clients may have encoded it. */
const DOT = String.raw`(?:\.|%2e)`;

/** Three parts, or five, of which the last is as long as a signature: whatever its header begins with. */
const TOKENS = new RegExp(String.raw`(?<![\w-])[\w-]{8,}${DOT}[\w-]*(?:${DOT}[\w-]*){0,2}${DOT}[\w-]{40,}`, 'gi');

/** The beginning of a token's header in base64url, and what follows: a token that was cut off, too. */
const PARTS_OF_TOKENS = new RegExp(String.raw`(?:eyJ|%65yJ)[\w-]{10,}(?:${DOT}[\w-]*)*`, 'g');

const PRIVATE_KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** A `?` that was encoded makes a query a part of the path. */
const PARAMETERS =
  /(?:(?<![a-z])|(?<=%3f|%26))((?:sig|client_assertion|assertion|client_?secret|secret|secret_?text|pwd|password|access_?token|refresh_?token|id_token|account_?key|x-identity-header|identity_header|code)(?:=|%3d|"\s*:\s*"))[^&\s"'\\]+/gi;

/** What a function app presents, and a client secret, as the lab makes them; in its form Azure's own as well. */
const OWN_SECRETS = /(?<![\w-])(?=\d*[A-F])[0-9A-F]{32}(?![\w-])|[\w.~-]{3}8Q~[\w.~-]{31,34}/g;

/** Before the host of a URL. */
const USERS_IN_URLS = /(?<=:\/\/)[^\s/?#@]{1,512}@/g;

/** As long as the token of the lab API, a session of the page, or the shortest signature; not longer than one looks at in no time. */
const RUNS = /[\w+~-]{40,512}/g;

/** Whether any of the above can be there: most texts have none of it, and every request waits for this. */
const isSuspect = (text: string): boolean => SUSPECT.test(text) || hasLongRun(text);

const SUSPECT = /eyJ|PRIVATE KEY|=|%3d|8Q~|@|(?:\.|%2e)[\w-]{40}/i;

/** Whether a run is as long as {@link RUNS} or {@link OWN_SECRETS} want it. GUIDs in ids of resources are not. */
function hasLongRun(text: string): boolean {
  if (text.length < 32) return false;
  let [length, digits] = [0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    length = IN_RUN[code] === 1 ? length + 1 : 0;
    digits = IN_HEX[code] === 1 ? digits + 1 : 0;
    if (length === 40 || digits === 32) return true;
  }
  return false;
}

const having = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => Number(pattern.test(String.fromCharCode(code))));
const IN_RUN = having(/[\w+~-]/);
const IN_HEX = having(/[0-9A-F]/);
