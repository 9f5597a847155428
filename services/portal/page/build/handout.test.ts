import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderHandout } from './handout.ts';

const PAPERS = join(import.meta.dirname, '../../../../docs/workshop');

describe.each(['en', 'es'])('the handout (%s)', (language) => {
  const source = readFileSync(join(PAPERS, language, 'handout.md'), 'utf8');
  const html = renderHandout(source, language);

  it('is a document in its language, with a title and a style, and without script', () => {
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect(html).toContain('<link rel="stylesheet" href="handout.css">');
    expect(html).not.toMatch(/<script|style=|&amp;nbsp;/);
  });

  it('has everything that is in the paper, and lines for notes', () => {
    const headings = [...source.matchAll(/^## (.+)$/gm)].length;
    expect(html.match(/<h2>/g)).toHaveLength(headings);
    expect(html.match(/<table>/g)).toHaveLength(2);
    expect(html.match(/<pre/g)).toHaveLength(2);
    expect(html.match(/<hr>/g)?.length).toBeGreaterThan(5);
  });
});
