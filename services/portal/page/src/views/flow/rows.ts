import type { Message } from '@lab/shared/flows/index.ts';
import type { ShownFlow } from './flow-model.ts';

/** A row of the diagram: the head of a flow, or a message of it. */
export type Row =
  | { readonly kind: 'flow'; readonly key: string; readonly flow: ShownFlow }
  | { readonly kind: 'message'; readonly key: string; readonly flow: ShownFlow; readonly message: Message };

const made = new WeakMap<ShownFlow, readonly Row[]>();

/** Every row, of flows that stay as they are the same ones as before. */
export const rowsOf = (flows: readonly ShownFlow[]): Row[] => flows.flatMap(rowsOfFlow);

function rowsOfFlow(flow: ShownFlow): readonly Row[] {
  const known = made.get(flow);
  if (known) return known;
  const { id } = flow.summary;
  const rows: Row[] = [
    { kind: 'flow', key: id, flow },
    ...flow.messages.map((message): Row => {
      const { step, part } = message;
      // A step that turns out to have led to others is drawn in two parts: the first stays what it was, and where the focus is.
      return { kind: 'message', key: `${step.id} ${part === 'answer' ? 'answer' : 'step'}`, flow, message };
    }),
  ];
  made.set(flow, rows);
  return rows;
}

/** Where a step is among the rows; -1 where it is not. */
export const indexOfStep = (rows: readonly Row[], stepId: string): number =>
  rows.findIndex((row) => row.kind === 'message' && row.message.part !== 'answer' && row.message.step.id === stepId);

/** The step before or after another one in the whole diagram, across flows; without one, the first of the last flow. */
export function neighbour(
  flows: readonly ShownFlow[],
  stepId: string | undefined,
  by: 1 | -1,
): { flow: ShownFlow; number: number } | undefined {
  const at = flows.findIndex(({ steps }) => steps.some(({ id }) => id === stepId));
  const flow = flows[at];
  if (!flow) {
    const last = flows.at(-1);
    return last && { flow: last, number: 1 };
  }
  const number = flow.steps.findIndex(({ id }) => id === stepId) + 1 + by;
  if (number >= 1 && number <= flow.steps.length) return { flow, number };
  const next = flows[at + by];
  return next && { flow: next, number: by === 1 ? 1 : next.steps.length };
}
