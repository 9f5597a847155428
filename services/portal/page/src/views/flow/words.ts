import type { Note } from '@lab/shared/event-words.ts';
import type { Sentence, Step, StepOutcome } from '@lab/shared/flows/index.ts';
import { type CheckWords, useCheckWords } from '../../texts/check-words.ts';
import { slug } from '../../texts/slug.ts';
import { type Texts, useTexts } from '../../texts/texts.ts';

/** What the view says about parts, steps and checks, in the language that is chosen. */
export function useWords() {
  const checks = useCheckWords();
  return wordsOf(useTexts('flow'), checks);
}

export type Words = ReturnType<typeof wordsOf>;

const wordsOf = (t: Texts, checks: CheckWords) => {
  /** What a part is called; machines have names of their own. */
  const part = (name: string): string => (t.has(`part.${name}`) ? t(`part.${name}`) : name);
  const known = (prefix: string, name: string): string => {
    const key = `${prefix}.${slug(name)}`;
    return t.has(key) ? t(key) : name;
  };
  return {
    t,
    part,
    /** A note of an event; what is forged wrongly is named in it. */
    note: (name: Note): string => {
      const [, flaw] = /^forged: (.+)$/.exec(name) ?? [];
      return flaw === undefined ? known('note', name) : t('note.forged-flaw', { flaw });
    },
    verdict: (name: string): string => known('verdict', name),
    /** Of a step, with the names of who asked and who was asked. */
    step: ({ sentence: { key, values }, source, target }: Pick<Step, 'sentence' | 'source' | 'target'>): string =>
      t(`sentence.${key}`, {
        ...values,
        ...(values.check !== undefined && { check: checks.name(values.check, values) }),
        source: part(source),
        target: part(target),
      }),
    /** Of a flow, in few words. */
    head: ({ values }: Sentence, outcome: StepOutcome): string =>
      t(outcome === 'failed' ? 'head-failed' : 'head', { ...values, target: part(values.service ?? '') }),
  };
};
