import type { Problem } from '../draft.ts';

/** An option by its long name, with its value where it has one; a URL is `url`. */
export type Argument = { readonly name: string; readonly value: string };

/** Those that take a value and say something about the request. */
const VALUES = [
  'request',
  'header',
  'data',
  'data-raw',
  'data-urlencode',
  'json',
  'url',
  'user',
  'user-agent',
  'referer',
  'cookie',
  'oauth2-bearer',
];
const FLAGS = ['get', 'head'];
/** Other names of the same. */
const ALIASES: Readonly<Record<string, string>> = { 'data-ascii': 'data', 'data-binary': 'data' };
/** What is printed, and how long is waited: none of it changes the request. */
const PASSED_OVER = [
  'silent',
  'show-error',
  'verbose',
  'include',
  'fail',
  'fail-with-body',
  'no-buffer',
  'globoff',
  'no-progress-meter',
  'http1.1',
  'ipv4',
];
const PASSED_OVER_VALUES = ['max-time', 'connect-timeout', 'noproxy', 'write-out', 'retry', 'retry-delay'];

const SHORT: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  G: 'get',
  I: 'head',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  i: 'include',
  f: 'fail',
  N: 'no-buffer',
  g: 'globoff',
  m: 'max-time',
  w: 'write-out',
  4: 'ipv4',
  k: 'insecure',
  L: 'location',
  o: 'output',
  O: 'remote-name',
  F: 'form',
  T: 'upload-file',
  x: 'proxy',
  K: 'config',
};

/** Why not: the key of a sentence for each of these. */
const REFUSED: Readonly<Record<string, string>> = {
  insecure: 'problem.insecure',
  location: 'problem.location',
  output: 'problem.output',
  'remote-name': 'problem.output',
  form: 'problem.form',
  'upload-file': 'problem.file',
  config: 'problem.file',
  proxy: 'problem.elsewhere',
  resolve: 'problem.elsewhere',
  'connect-to': 'problem.elsewhere',
  'unix-socket': 'problem.elsewhere',
  interface: 'problem.elsewhere',
};

export function readArguments(words: readonly string[]): readonly Argument[] | Problem {
  const given: Argument[] = [];
  const rest = [...words];
  let isOver = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (isOver || word === '-' || !word.startsWith('-')) {
      given.push({ name: 'url', value: word });
      continue;
    }
    if (word === '--') {
      isOver = true;
      continue;
    }
    // `-sSX POST`, `-XPOST`: letters follow each other until one takes what is left.
    let letters = word.startsWith('--') ? undefined : word.slice(1);
    do {
      const letter = letters?.[0];
      const long = letter === undefined ? word.slice(2) : (SHORT[letter] ?? letter);
      const name = ALIASES[long] ?? long;
      letters = letters?.slice(1);
      const reason = REFUSED[name];
      if (reason !== undefined)
        return { key: reason, values: { option: letter === undefined ? word : `-${letter}`, file: word } };
      if (FLAGS.includes(name)) given.push({ name, value: '' });
      else if (VALUES.includes(name) || PASSED_OVER_VALUES.includes(name)) {
        const value = letters ? letters : rest.shift();
        if (value === undefined) return { key: 'problem.no-value', values: { option: word } };
        letters = undefined;
        if (VALUES.includes(name)) given.push({ name, value });
      } else if (!PASSED_OVER.includes(name)) {
        return { key: 'problem.option', values: { option: letter === undefined ? word : `-${letter}` } };
      }
    } while (letters);
  }
  return given;
}
