/**
 * Highlighted text, line by line: what spans lines is closed at the end of each and opened in the next.
 * @param html Of the highlighter: text, escaped, in spans.
 */
export function linesOf(html: string): string[] {
  let open: string[] = [];
  return html.split('\n').map((line) => {
    const before = open.join('');
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      open = tag === '</span>' ? open.slice(0, -1) : [...open, tag];
    }
    return before + line + '</span>'.repeat(open.length);
  });
}
