import { useSyncExternalStore } from 'react';
import { orSilence } from '../api/lab.ts';
import { untilAnswered } from '../api/until-answered.ts';
import { fillIn, fillInHtml, type Values } from './fill-in.ts';

/**
 * The texts of the page in the language that is chosen. They are written in `texts/{language}/**.md`; see
 * `build/parse-texts.ts` for their form. The one place that a component has its words from.
 */

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Text, and its HTML where it has Markdown in it. */
export type Text = readonly [text: string, html?: string];
export type Catalogue = Readonly<Record<string, Readonly<Record<string, Text>>>>;

let shown: { readonly language: Language; readonly catalogue: Catalogue } | undefined;
let wanted: Language | undefined;
const listeners = new Set<() => void>();

/**
 * Asks again for as long as nobody answers: without its texts the page shows nothing. Of several languages the one that was
 * asked for last is shown, whichever comes last.
 * @throws Error where the page has no such file.
 */
export async function loadTexts(language: Language): Promise<void> {
  wanted = language;
  const catalogue = await untilAnswered(
    () => read(language),
    new AbortController().signal,
    () => {},
  );
  if (language !== wanted) return;
  shown = { language, catalogue };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

async function read(language: Language): Promise<Catalogue> {
  const answer = await orSilence(undefined, fetch(`texts/${language}.json`));
  if (!answer.ok) throw new Error(`The texts could not be loaded: ${answer.status}`);
  return orSilence(undefined, answer.json() as Promise<Catalogue>);
}

export type Texts = {
  /** The text of a key; the key itself, where there is none. */
  (key: string, values?: Values): string;
  /** Of a text with Markdown: HTML that was made when the page was built, with the values escaped. For `<Rich>`. */
  rich(key: string, values?: Values): string;
  has(key: string): boolean;
};

/** @param name Of the file, such as `flow` or `exercises/first-token`. */
export function useTexts(name: string): Texts {
  const { catalogue } = useShown();
  return textsOf(catalogue[name] ?? {});
}

export const useLanguage = (): Language => useShown().language;

function useShown() {
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  if (!now) throw new Error('texts are loaded before the page is shown');
  return now;
}

const made = new WeakMap<object, Texts>();

/** The same function for the same file, so that it can be a dependency of an effect. */
function textsOf(file: Readonly<Record<string, Text>>): Texts {
  const known = made.get(file);
  if (known) return known;
  const texts: Texts = Object.assign((key: string, values?: Values) => fillIn(file[key]?.[0] ?? key, values), {
    rich: (key: string, values?: Values) => fillInHtml(file[key] ?? [key], values),
    has: (key: string) => key in file,
  });
  made.set(file, texts);
  return texts;
}
