import type { Catalogue } from './texts.ts';

/** Files by their names below the language: `../../texts/en/exercises/role.md` is `exercises/role`. */
export const byName = (files: Record<string, unknown>): Catalogue =>
  Object.fromEntries(
    Object.entries(files).map(([path, file]) => [path.replace(/^.*\/texts\/\w+\/(.*)\.md$/, '$1'), file]),
  ) as Catalogue;
