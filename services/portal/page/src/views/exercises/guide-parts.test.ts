import { marked } from 'marked';
import { expect, it } from 'vitest';
import { fillInHtml } from '../../texts/fill-in.ts';
import { guideParts } from './guide-parts.ts';

const guide = (markdown: string, values = {}) =>
  guideParts(fillInHtml([markdown, marked.parse(markdown) as string], values));

it('takes commands out of a text, with the machine that they are for', () => {
  const text = 'Ask:\n\n```console:{machine}\ncurl -H "a: b" \'http://x/?a=1&b=<2>\'\n```\n\nThen look.';
  expect(guide(text, { machine: 'vm-app01' })).toEqual([
    { html: '<p>Ask:</p>\n' },
    { machine: 'vm-app01', command: `curl -H "a: b" 'http://x/?a=1&b=<2>'` },
    { html: '\n<p>Then look.</p>\n' },
  ]);
});

it('leaves other code where it is, and a text without commands as it is', () => {
  const [part, ...others] = guide('```json\n{ }\n```');
  expect([Object.keys(part ?? {}), others]).toEqual([['html'], []]);
  expect(guide('')).toEqual([]);
});
