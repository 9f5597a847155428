import type { CodeLanguage } from '../../ui/code.tsx';

/** A body as people read it: JSON with line breaks, the rest as it came. */
export function shownBody(body: string, type = ''): { readonly text: string; readonly language: CodeLanguage } {
  if (/[/+]json\b/i.test(type) || /^\s*[[{]/.test(body)) {
    try {
      return { text: JSON.stringify(JSON.parse(body), undefined, 2), language: 'json' };
    } catch {
      // Cut off, or not what it says that it is.
    }
  }
  return { text: body, language: 'text' };
}
