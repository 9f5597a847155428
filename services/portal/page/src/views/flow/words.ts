import type { Sentence, Step, StepOutcome } from '@lab/shared/flows/index.ts';
import { type Texts, useTexts } from '../../texts/texts.ts';

/** What the view says about parts, steps and checks, in the language that is chosen. */
export function useWords() {
  const t = useTexts('flow');
  return wordsOf(t);
}

export type Words = ReturnType<typeof wordsOf>;

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

const wordsOf = (t: Texts) => {
  /** What a part is called; machines have names of their own. */
  const part = (name: string): string => (t.has(`part.${name}`) ? t(`part.${name}`) : name);
  const known = (prefix: string, name: string): string => {
    const key = `${prefix}.${slug(name)}`;
    return t.has(key) ? t(key) : name;
  };
  const check = (name: string): string => known('check', name);
  return {
    t,
    part,
    check,
    verdict: (name: string): string => known('verdict', name),
    /** Of a step, with the names of who asked and who was asked. */
    step: ({ sentence: { key, values }, source, target }: Pick<Step, 'sentence' | 'source' | 'target'>): string =>
      t(`sentence.${key}`, {
        ...values,
        ...(values.check !== undefined && { check: check(values.check) }),
        source: part(source),
        target: part(target),
      }),
    /** Of a flow, in few words. */
    head: ({ values }: Sentence, outcome: StepOutcome): string =>
      t(outcome === 'failed' ? 'head-failed' : 'head', { ...values, target: part(values.service ?? '') }),
  };
};
