import { expect, it } from 'vitest';
import { renderTexts } from './render-texts.ts';

it('what is to be filled into an address is still found there', () => {
  expect(renderTexts('## a\n[x](#/access?resource={vault})').a?.[1]).toBe('<a href="#/access?resource={vault}">x</a>');
});

it('a text without Markdown has no HTML', () => {
  expect(renderTexts('## a\nPause').a).toEqual(['Pause']);
});
