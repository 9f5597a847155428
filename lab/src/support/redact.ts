/** Takes secrets out of a text: values that are known, in whatever way programs write them, and what looks like a secret. */

/** Shorter ones are left: taking out `a` would leave nothing to read. In lab.yaml they are taken out by their place. */
const SHORTEST = 4;

/**
 * @param secrets Values that must not be in the text. Each is looked for as it is, as JSON, URLs, forms and XML write it, in
 *   base64 of either kind, and line by line.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = new Set(secrets.flatMap(linesOf).filter((secret) => secret.length >= SHORTEST));
  const spellings = [...new Set([...known].flatMap(spellingsOf))].sort((one, other) => other.length - one.length);
  const values = spellings.length > 0 ? new RegExp(spellings.map(literally).join('|'), 'gi') : undefined;
  return (text) => {
    const withoutValues = values ? text.replaceAll(values, '(secret)') : text;
    return PATTERNS.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), withoutValues);
  };
}

/** The whole and, of several lines, each one: logs have a line at a time. */
const linesOf = (secret: string): string[] => {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return lines.length > 1 ? [secret, ...lines.filter((line) => line.length >= 8)] : [secret, secret.trim()];
};

function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1), // a log line in a log line
    percent,
    percent.replaceAll('%20', '+'),
    new URLSearchParams([['', secret]]).toString().slice(1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    base64,
    base64.replaceAll('=', ''),
    Buffer.from(secret).toString('base64url'),
  ];
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** A header's name may stand in JSON, with its quotes. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, '(key)'],
  [/eyJ[\w-]{10,}(?:(?:\.|%2e)[\w-]*)*/gi, '(token)'],
  [/\b(Bearer|Basic)(\s+|%20)(?!realm|error|authorization|resource|\(token)[\w.~+/=-]{8,}/gi, '$1$2(secret)'],
  [/\b((?:x-identity-header|identity_header|msi_secret)["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi, '$1(secret)'],
  [/\b(lab-session=)[\w-]+/g, '$1(secret)'],
  [
    /\b((?:client_?secret|secret_?text|client_?assertion|access_?token|refresh_?token|password|api-token|sig)(?:["']?\s*[:=]\s*["']?|%3d))(?!\()[^\s"',;&]+/gi,
    '$1(secret)',
  ],
];
