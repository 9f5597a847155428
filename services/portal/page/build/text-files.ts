import { globSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import { renderTexts, type Text } from './render-texts.ts';

/**
 * Makes one file of each language, which the page fetches: `texts/en.json` is `{ name: { key: [text, html?] } }`, by the
 * names of the Markdown files. Data and no script: nobody loads the texts of a language that is not shown.
 *
 * @param directory Holds a directory for each language.
 */
export function textFiles(directory: string): Plugin {
  const languages = ['en', 'es'];
  return {
    name: 'text-files',
    buildStart() {
      for (const file of globSync('**/*.md', { cwd: directory })) this.addWatchFile(join(directory, file));
    },
    generateBundle() {
      for (const language of languages) {
        const source = JSON.stringify(readLanguage(join(directory, language)));
        this.emitFile({ type: 'asset', fileName: `texts/${language}.json`, source });
      }
    },
    configureServer({ middlewares }) {
      middlewares.use((req, res, next) => {
        const language = languages.find((one) => req.url?.startsWith(`/texts/${one}.json`));
        if (language === undefined) return next();
        res.setHeader('Content-Type', 'application/json');
        res.end(JSON.stringify(readLanguage(join(directory, language))));
      });
    },
  };
}

function readLanguage(directory: string): Record<string, Record<string, Text>> {
  const files = globSync('**/*.md', { cwd: directory }).sort();
  return Object.fromEntries(
    files.map((file) => {
      const name = relative('', file).split(sep).join('/').replace(/\.md$/, '');
      try {
        return [name, renderTexts(readFileSync(join(directory, file), 'utf8'))];
      } catch (error) {
        throw new Error(`${join(directory, file)}: ${(error as Error).message}`);
      }
    }),
  );
}
