import type { Step } from './steps.ts';

/**
 * A row of a sequence diagram. A step with steps of its own is two: the question, and after theirs the answer.
 */
export type Message = { readonly step: Step; readonly part: 'both' | 'question' | 'answer'; readonly depth: number };

/** Every step of one flow, in the order in which a sequence diagram shows them. */
export function messagesOf(steps: readonly Step[]): Message[] {
  const children = new Map<string | undefined, Step[]>();
  for (const step of steps) children.set(step.parent, [...(children.get(step.parent) ?? []), step]);
  const of = (step: Step, depth: number): Message[] => {
    const inner = children.get(step.id) ?? [];
    if (inner.length === 0) return [{ step, part: 'both', depth }];
    return [
      { step, part: 'question', depth },
      ...inner.flatMap((one) => of(one, depth + 1)),
      { step, part: 'answer', depth },
    ];
  };
  return (children.get(undefined) ?? []).flatMap((step) => of(step, 0));
}
