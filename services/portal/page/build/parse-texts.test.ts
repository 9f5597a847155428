import { expect, it } from 'vitest';
import { parseTexts, placeholdersOf } from './parse-texts.ts';

it('a heading is a key, and what stands below it its text, of several paragraphs too', () => {
  const texts = parseTexts('# Flow\n\n## pause\nPause\n\n## intro\nOne.\n\nTwo `{name}`.\n');
  expect([...texts]).toEqual([
    ['title', 'Flow'],
    ['pause', 'Pause'],
    ['intro', 'One.\n\nTwo `{name}`.'],
  ]);
});

it('what looks like a heading within code is none', () => {
  expect(parseTexts('## task\n```\n# a comment\n```').get('task')).toBe('```\n# a comment\n```');
});

it.each([
  ['text before the first key', 'stray\n## a\nA'],
  ['a key twice', '## a\nA\n## a\nB'],
  ['a heading that is no key', '## Not a key!\nA'],
])('refuses %s, with the line', (_, source) => {
  expect(() => parseTexts(source)).toThrow(/^line \d+: /);
});

it('finds what is to be filled in', () => {
  expect(placeholdersOf('{a} of {b}, again {a}; {not one}')).toEqual(['a', 'b']);
});
