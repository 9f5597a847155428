/** A piece of a text, or a command for the console of a machine. */
export type GuidePart = { readonly html: string } | { readonly machine: string; readonly command: string };

/**
 * Takes a rendered text apart at its commands: blocks of code that say whose they are, as in Markdown
 * ```` ```console:vm-app01 ````.
 */
export function guideParts(html: string): GuidePart[] {
  const parts: GuidePart[] = [];
  let end = 0;
  for (const found of html.matchAll(COMMAND)) {
    const [whole, machine = '', code = ''] = found;
    parts.push({ html: html.slice(end, found.index) }, { machine, command: toText(code).trim() });
    end = found.index + whole.length;
  }
  return [...parts, { html: html.slice(end) }].filter((part) => !('html' in part) || part.html.trim() !== '');
}

const COMMAND = /<pre><code class="language-console:([\w-]+)">([\s\S]*?)<\/code><\/pre>/g;

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const toText = (html: string): string =>
  html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? '');
