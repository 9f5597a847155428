import { expect, it } from 'vitest';
import { fillIn, fillInHtml } from './fill-in.ts';

it('fills in what there is, and leaves what there is not', () => {
  expect(fillIn('{count} of {all}', { count: 3 })).toBe('3 of {all}');
});

it('a value is never HTML', () => {
  expect(fillInHtml(['', '<code>{name}</code>'], { name: '<img src=x onerror="a()">' })).toBe(
    '<code>&lt;img src=x onerror=&quot;a()&quot;&gt;</code>',
  );
  expect(fillInHtml(['<b> {name}'], { name: "'" })).toBe('&lt;b&gt; &#39;');
});
