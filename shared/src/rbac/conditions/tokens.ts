import { SOURCES, type Source } from './attributes.ts';
import { ConditionFault } from './condition.ts';

export type Token = { readonly position: number } & (
  | { readonly kind: '(' | ')' | '{' | '}' | ',' | 'and' | 'or' | 'not' | 'end' }
  /** Between apostrophes, as it stands there. */
  | { readonly kind: 'text'; readonly text: string }
  /** An operator, a function, a number, a boolean or a GUID. */
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'attribute'; readonly source: Source; readonly text: string }
);

const SIGNS: Readonly<Record<string, '(' | ')' | '{' | '}' | ',' | 'and' | 'or' | 'not'>> = {
  '(': '(',
  ')': ')',
  '{': '{',
  '}': '}',
  ',': ',',
  '!': 'not',
  '&&': 'and',
  '||': 'or',
};

const KEYWORDS: Readonly<Record<string, 'and' | 'or' | 'not'>> = { and: 'and', or: 'or', not: 'not' };

/**
 * The words of a condition, in order, the last one `end`. Goes over the text once.
 * @throws ConditionFault at the first character that begins no word.
 */
export function tokensOf(condition: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  /** Everything up to a closing character, which has to be there. */
  const until = (start: number, end: string, what: string): string => {
    const found = condition.indexOf(end, start);
    if (found < 0) throw new ConditionFault(`${what} is not closed`, position);
    return condition.slice(start, found);
  };
  while (position < condition.length) {
    const character = condition[position] ?? '';
    const sign = SIGNS[character] ?? SIGNS[condition.slice(position, position + 2)];
    if (/\s/.test(character)) {
      position += 1;
    } else if (sign) {
      tokens.push({ kind: sign, position });
      position += SIGNS[character] ? 1 : 2;
    } else if (character === "'") {
      const text = until(position + 1, "'", 'The text');
      tokens.push({ kind: 'text', text, position });
      position += text.length + 2;
    } else if (character === '@') {
      const name = until(position + 1, '[', 'The source of the attribute');
      const source = SOURCES.find((known) => known.toLowerCase() === name.toLowerCase());
      if (!source) throw new ConditionFault(`'@${name.slice(0, 32)}' is no source of attributes`, position);
      const text = until(position + name.length + 2, ']', 'The name of the attribute');
      tokens.push({ kind: 'attribute', source, text, position });
      position += name.length + text.length + 3;
    } else {
      const word = wordAt(condition, position);
      if (word === '') throw new ConditionFault(`unexpected character '${character}'`, position);
      const keyword = Object.hasOwn(KEYWORDS, word.toLowerCase()) ? KEYWORDS[word.toLowerCase()] : undefined;
      tokens.push(keyword ? { kind: keyword, position } : { kind: 'word', text: word, position });
      position += word.length;
    }
  }
  return [...tokens, { kind: 'end', position }];
}

function wordAt(condition: string, start: number): string {
  let end = start;
  while (/[A-Za-z0-9_:-]/.test(condition[end] ?? '')) end += 1;
  return condition.slice(start, end);
}
