import { type Draft, METHODS, type Problem } from '../draft.ts';
import { type Argument, readArguments } from './arguments.ts';
import { shellWords } from './words.ts';

/**
 * The request that a line with `curl` sends.
 *
 * What only changes what is printed is passed over. What would change where or how a request goes, or reads a file of the
 * machine, is refused with a reason: the lab sends one request to one of its names and checks certificates always.
 * @see https://curl.se/docs/manpage.html
 */
export function readCurl(line: string): Draft | Problem {
  // What is made of the answer is not for the lab: lines of the documentation end like this.
  const words = shellWords(
    line
      .trim()
      .replace(/^\$ /, '')
      .replace(/\|\s*jq\b[^|;&]*$/, ''),
  );
  if ('key' in words) return words;
  const [command, ...rest] = words;
  if (command === undefined) return { key: 'problem.empty' };
  if (command !== 'curl') return { key: 'problem.command', values: { command } };
  const given = readArguments(rest);
  return 'key' in given ? given : toDraft(given);
}

function toDraft(given: readonly Argument[]): Draft | Problem {
  const all = (name: string) => given.flatMap((one) => (one.name === name ? [one.value] : []));
  const has = (name: string) => all(name).length > 0;
  const [url, second] = all('url');
  if (url === undefined) return { key: 'problem.no-url' };
  if (second !== undefined) return { key: 'problem.two-urls' };
  const data = dataIn(given);
  if ('key' in data) return data;
  const headers = headersIn(given, data);
  const inQuery = has('get') && data.text !== undefined;
  const method = (
    all('request').at(-1) ?? (has('head') ? 'HEAD' : data.text !== undefined && !inQuery ? 'POST' : 'GET')
  ).toUpperCase();
  const known = METHODS.find((one) => one === method);
  if (!known) return { key: 'problem.method', values: { method } };
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(url) || url.startsWith('$') ? url : `http://${url}`;
  return {
    method: known,
    url: inQuery ? `${whole}${whole.includes('?') ? '&' : '?'}${data.text}` : whole,
    headers,
    body: inQuery ? '' : (data.text ?? ''),
  };
}

type Data = { readonly text: string | undefined; readonly type?: string };

/** All of it together, as a form, which is what curl takes it for. */
function dataIn(given: readonly Argument[]): Data | Problem {
  const parts: string[] = [];
  let type: string | undefined;
  for (const { name, value } of given) {
    if (name !== 'data' && name !== 'data-raw' && name !== 'data-urlencode' && name !== 'json') continue;
    const isFile = name === 'data-urlencode' ? /^[^=]*@/.test(value) : name !== 'data-raw' && value.startsWith('@');
    if (isFile) return { key: 'problem.file', values: { file: value } };
    parts.push(name === 'data-urlencode' ? urlEncoded(value) : value);
    type = name === 'json' ? 'application/json' : (type ?? 'application/x-www-form-urlencoded');
  }
  return {
    text: parts.length > 0 ? parts.join(type === 'application/json' ? '' : '&') : undefined,
    ...(type && { type }),
  };
}

/** `name=content` and `=content`: the content alone is encoded. */
function urlEncoded(value: string): string {
  const [, name = '', content = value] = /^([^=]*)=([\s\S]*)$/.exec(value) ?? [];
  const encoded = encodeURIComponent(content).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // A variable is filled in when the request is sent, and a token needs no encoding.
  return `${name}${name === '' ? '' : '='}${/^\$\{?\w+\}?$/.test(content) ? content : encoded}`;
}

function headersIn(given: readonly Argument[], { text, type }: Data): [string, string][] {
  const headers: [string, string][] = [];
  const removed = new Set<string>();
  for (const { name, value } of given) {
    if (name === 'header') {
      const [, header = '', sign, content = ''] = /^([^:;]*)(:|;$)\s*([\s\S]*)$/.exec(value) ?? [];
      if (header === '') continue; // curl sends no line that is no header
      if (sign === ':' && content === '') removed.add(header.toLowerCase());
      else headers.push([header.trim(), content]);
    }
    if (name === 'user') headers.push(['Authorization', `Basic ${btoa(value)}`]);
    if (name === 'oauth2-bearer') headers.push(['Authorization', `Bearer ${value}`]);
    if (name === 'user-agent') headers.push(['User-Agent', value]);
    if (name === 'referer') headers.push(['Referer', value]);
    if (name === 'cookie') headers.push(['Cookie', value]);
  }
  const lacks = (name: string) => !removed.has(name) && !headers.some(([own]) => own.toLowerCase() === name);
  const isForm = text !== undefined && type !== undefined && !given.some(({ name }) => name === 'get');
  if (isForm && lacks('content-type')) headers.push(['Content-Type', type]);
  if (type === 'application/json' && lacks('accept')) headers.push(['Accept', 'application/json']);
  return headers;
}
