import { expect, it } from 'vitest';
import { textFiles } from './text-files.ts';

const made = (source: string) => {
  const transform = textFiles().transform as (source: string, id: string) => { code: string };
  return JSON.parse(transform(source, '/texts/en/a.md').code.replace('export default ', '')) as Record<
    string,
    string[]
  >;
};

it('what is to be filled into an address is still found there', () => {
  expect(made('## a\n[x](#/access?resource={vault})').a?.[1]).toBe('<a href="#/access?resource={vault}">x</a>');
});

it('a text without Markdown has no HTML', () => {
  expect(made('## a\nPause').a).toEqual(['Pause']);
});
