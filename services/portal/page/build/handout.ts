import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import type { Plugin } from 'vite';

const LANGUAGES = ['en', 'es'] as const;

/**
 * Makes a page of each handout, `handout/en.html`, which is there to be printed: of the Markdown that stands with the other
 * papers, without script, with the style of `public/handout/handout.css`.
 *
 * @param papers Holds a directory for each language, with `handout.md`.
 */
export function handouts(papers: string): Plugin {
  const read = (language: string) => readFileSync(join(papers, language, 'handout.md'), 'utf8');
  return {
    name: 'handouts',
    buildStart() {
      for (const language of LANGUAGES) this.addWatchFile(join(papers, language, 'handout.md'));
    },
    generateBundle() {
      for (const language of LANGUAGES) {
        const source = renderHandout(read(language), language);
        this.emitFile({ type: 'asset', fileName: `handout/${language}.html`, source });
      }
    },
    configureServer({ middlewares }) {
      middlewares.use((req, res, next) => {
        const language = LANGUAGES.find((one) => req.url === `/handout/${one}.html`);
        if (language === undefined) return next();
        res.setHeader('Content-Type', 'text/html; charset=utf-8');
        res.end(renderHandout(read(language), language));
      });
    },
  };
}

/** A document of its own. */
export function renderHandout(source: string, language: string): string {
  const [, title = ''] = /^# (.+)$/m.exec(source) ?? [];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="../icon.svg">
<link rel="stylesheet" href="handout.css">
</head>
<body>
<main>
${marked.parse(source) as string}</main>
</body>
</html>
`;
}
