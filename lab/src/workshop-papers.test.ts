import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './root.ts';

const PAPERS = join(ROOT, 'docs', 'workshop');
const read = (language: string, name: string) => readFileSync(join(PAPERS, language, name), 'utf8');
const namesIn = (language: string) => globSync('*.md', { cwd: join(PAPERS, language) }).toSorted();
const all = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, found]) => found ?? '');

/** What has to be the same in every language: how it is divided, and everything that is typed. */
const shapeOf = (text: string) => ({
  headings: all(/^(#+) /gm, text),
  rows: all(/^(\|)/gm, text).length,
  code: all(/```\w*\n([^`]*)```/g, text),
  typed: all(/`([^`\n]+)`/g, text.replaceAll(/```[^`]*```/g, '')).toSorted(),
});

const COMPOSE = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
  services: Record<string, { profiles?: string[] }>;
};
const PROFILES = new Set(Object.values(COMPOSE.services).flatMap(({ profiles = [] }) => profiles));
const VARIABLES = new Set(all(/\$\{(LAB_\w+)/g, readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')));
const COMMANDS = new Set(all(/\.command\('([\w-]+)/g, readFileSync(join(ROOT, 'lab/src/main.ts'), 'utf8')));
const PAGE = join(ROOT, 'services/portal/page/texts/en');

it('every paper is there in both languages', () => {
  expect(namesIn('en')).toEqual(['agenda-90-minutes.md', 'agenda-half-day.md', 'handout.md', 'trainer.md']);
  expect(namesIn('es')).toEqual(namesIn('en'));
});

describe.each(namesIn('en'))('%s', (name) => {
  it('says the same in both languages: headings, tables, and what is typed', () => {
    expect(shapeOf(read('es', name))).toEqual(shapeOf(read('en', name)));
  });

  it.each(['en', 'es'])('names commands, profiles and variables that there are (%s)', (language) => {
    const text = read(language, name);
    for (const command of all(/npm run (?:-s )?lab -- ([\w-]+)/g, text)) expect(COMMANDS).toContain(command);
    for (const profile of all(/--profile ([\w-]+)/g, text)) expect(PROFILES).toContain(profile);
    for (const variable of all(/(LAB_\w+)/g, text)) expect(VARIABLES).toContain(variable);
  });

  it.each(['en', 'es'])('leads to views, exercises, files and headings that there are (%s)', (language) => {
    const text = read(language, name);
    for (const view of all(/#\/([\w-]+(?:\/[\w-]+)?)/g, text))
      expect([view, existsSync(join(PAGE, `${view}.md`))]).toEqual([view, true]);
    for (const link of all(/\]\((?!http)([^)]+)\)/g, text)) {
      const [file = '', heading] = link.split('#');
      const path = join(dirname(join(PAPERS, language, name)), file);
      expect([link, existsSync(path)]).toEqual([link, true]);
      if (heading === undefined) continue;
      const anchors = all(/^#+ (.*)$/gm, readFileSync(path, 'utf8')).map((title) =>
        title
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} -]/gu, '')
          .replaceAll(' ', '-'),
      );
      expect(anchors).toContain(heading);
    }
  });
});
