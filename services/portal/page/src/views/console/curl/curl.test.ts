import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Draft, METHODS } from '../draft.ts';
import { readCurl } from './read-curl.ts';
import { quoted, shellWords } from './words.ts';
import { writeCurl } from './write-curl.ts';

const URL = 'https://kv-lab.vault.azure.net/secrets/a?api-version=7.4';
const draft = (more: Partial<Draft> = {}): Draft => ({ method: 'GET', url: URL, headers: [], body: '', ...more });
const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

describe('a line with curl', () => {
  it.each<[string, Partial<Draft>]>([
    [`curl '${URL}'`, {}],
    [`$ curl -sS '${URL}' | jq .value`, {}],
    [
      `curl "${URL}" -H Metadata:true -H 'X:  a b '`,
      {
        headers: [
          ['Metadata', 'true'],
          ['X', 'a b '],
        ],
      },
    ],
    [`curl -XPUT '${URL}'`, { method: 'PUT' }],
    [`curl -X delete '${URL}'`, { method: 'DELETE' }],
    [`curl -I '${URL}'`, { method: 'HEAD' }],
    [`curl -sSiX POST '${URL}'`, { method: 'POST' }],
    [`curl --url '${URL}' -d a=b -d c=d`, { method: 'POST', body: 'a=b&c=d', headers: [FORM] }],
    [
      `curl '${URL}' --data-raw '@a' -H 'Content-Type: text/plain'`,
      { method: 'POST', body: '@a', headers: [['Content-Type', 'text/plain']] },
    ],
    [`curl '${URL}' -d x -H 'Content-Type:'`, { method: 'POST', body: 'x' }],
    [
      `curl '${URL}' --data-urlencode 'a=b c' --data-urlencode 'd&'`,
      { method: 'POST', body: 'a=b%20c&d%26', headers: [FORM] },
    ],
    [`curl '${URL}' --data-urlencode "a=$TOKEN"`, { method: 'POST', body: 'a=$TOKEN', headers: [FORM] }],
    [`curl -G '${URL}' -d a=b`, { url: `${URL}&a=b` }],
    [`curl -G https://management.azure.com/ -d a=b`, { url: 'https://management.azure.com/?a=b' }],
    [
      `curl '${URL}' --json '{"a":1}'`,
      {
        method: 'POST',
        body: '{"a":1}',
        headers: [
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json'],
        ],
      },
    ],
    [
      `curl '${URL}' -u me:secret -A me`,
      {
        headers: [
          ['Authorization', 'Basic bWU6c2VjcmV0'],
          ['User-Agent', 'me'],
        ],
      },
    ],
    [`curl '${URL}' -H 'X-Empty;'`, { headers: [['X-Empty', '']] }],
    [`curl 169.254.169.254/metadata`, { url: 'http://169.254.169.254/metadata' }],
    [
      `curl "$IDENTITY_ENDPOINT?resource=x" -H "X-IDENTITY-HEADER: $IDENTITY_HEADER"`,
      { url: '$IDENTITY_ENDPOINT?resource=x', headers: [['X-IDENTITY-HEADER', '$IDENTITY_HEADER']] },
    ],
    [`curl --max-time 5 --noproxy '*' -- '${URL}' # that is all`, {}],
    [`curl \\\n  -H 'a: b' \\\r\n  '${URL}'`, { headers: [['a', 'b']] }],
    [`curl '${URL}' -d 'it'\\''s "so"' -H 'Content-Type:'`, { method: 'POST', body: `it's "so"` }],
    [`curl '${URL}' -d "{\\"a\\": \\"\\$b\\\\\\"}" -H 'Content-Type:'`, { method: 'POST', body: '{"a": "$b\\"}' }],
  ])('is read: %s', (line, more) => expect(readCurl(line)).toEqual(draft(more)));

  it.each([
    ['', 'empty'],
    ['wget x', 'command'],
    ['curl', 'no-url'],
    [`curl ${URL} ${URL}`, 'two-urls'],
    [`curl '${URL}`, 'quote'],
    [`curl "${URL}`, 'quote'],
    [`curl ${URL} -H`, 'no-value'],
    [`curl -k ${URL}`, 'insecure'],
    [`curl -sk ${URL}`, 'insecure'],
    [`curl --location ${URL}`, 'location'],
    [`curl -o /dev/null ${URL}`, 'output'],
    [`curl -F a=b ${URL}`, 'form'],
    [`curl -d @secret ${URL}`, 'file'],
    [`curl --data-binary @secret ${URL}`, 'file'],
    [`curl --data-urlencode a@secret ${URL}`, 'file'],
    [`curl --json @secret ${URL}`, 'file'],
    [`curl -T secret ${URL}`, 'file'],
    [`curl -x http://proxy ${URL}`, 'elsewhere'],
    [`curl --resolve a:443:1.2.3.4 ${URL}`, 'elsewhere'],
    [`curl --unix-socket /var/run/docker.sock ${URL}`, 'elsewhere'],
    [`curl --magic ${URL}`, 'option'],
    [`curl -Z ${URL}`, 'option'],
    [`curl -X TRACE ${URL}`, 'method'],
    [`curl ${URL}&b=c`, 'operator'],
    [`curl ${URL}; rm -rf /`, 'operator'],
    [`curl ${URL} > file`, 'operator'],
    [`curl ${URL} | sh`, 'operator'],
    [`curl -H "a: $(cat secret)" ${URL}`, 'operator'],
    [`curl -H "a: \`cat secret\`" ${URL}`, 'operator'],
    ["curl -d $'a' x", 'operator'],
  ])('is refused with a reason: %s', (line, key) => {
    expect(readCurl(line)).toMatchObject({ key: `problem.${key}` });
  });

  it('is read in every exercise, in both languages', () => {
    const texts = join(import.meta.dirname, '../../../../texts');
    const files = globSync('{en,es}/exercises/*.md', { cwd: texts }).map((file) =>
      readFileSync(join(texts, file), 'utf8'),
    );
    const lines = files.flatMap((text) =>
      [...text.matchAll(/```console:\S+\n([\s\S]*?)```/g)].map(([, line = '']) => line),
    );
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(readCurl(line)).not.toHaveProperty('key');
  });
});

/** The same numbers at every run. */
function random(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const CHARACTERS = [
  ...'aZ0 \t\n\'"\\$`!#&|;<>(){}[]*?~=%:/,.@-_+é☃',
  '$TOKEN',
  `$\{TOKEN}`,
  '$IDENTITY_HEADER',
  '\\\n',
  '$(',
  "'\\''",
];
const words = (next: (below: number) => number, most: number): string =>
  Array.from({ length: next(most) }, () => CHARACTERS[next(CHARACTERS.length)]).join('');

describe('what is written', () => {
  const next = random(5);
  const drafts = Array.from(
    { length: 400 },
    (): Draft => ({
      method: METHODS[next(METHODS.length)] ?? 'GET',
      url: `https://kv-lab.vault.azure.net/${words(next, 12)}`,
      headers: Array.from({ length: next(4) }, (_, index) => [`x-${index}`, words(next, 10).trim()] as const),
      body: words(next, 20),
    }),
  );

  it('reads back as the same request', () => {
    for (const one of drafts) expect(readCurl(writeCurl(one))).toEqual(one);
  });

  it('is in a shell what it is here', () => {
    // Words in which nothing is left to a shell's variables, since those would be empty there.
    const plain = Array.from({ length: 300 }, () => words(next, 12).replaceAll(/\$\{?[A-Z]\w*\}?/g, '')).filter(
      (word) => word !== '',
    );
    const script = `printf '%s\\0' ${plain.map(quoted).join(' ')}`;
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(said).toEqual(plain);
    expect(shellWords(plain.map(quoted).join(' '))).toEqual(plain);
  });

  it('leaves the token to the shell, as a variable', () => {
    const line = writeCurl(draft({ headers: [['Authorization', 'Bearer $TOKEN']] }));
    expect(line).toBe(`curl -H "Authorization: Bearer $TOKEN" '${URL}'`);
    const script = `curl() { printf '%s' "$2"; }; TOKEN=a.b.c; ${line}`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe('Authorization: Bearer a.b.c');
  });
});
