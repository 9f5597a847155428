import type { Step } from '@lab/shared/flows/index.ts';

/** The lane of all machines: each flow says which one it is. */
export const MACHINE = 'machine';

/** From left to right, as a request for a secret meets them. Every other part is a machine. */
const SERVICES = [
  ...['dns', 'imds', 'appservice', 'entra', 'cluster', 'keyvault', 'blob', 'arm', 'api', 'portal'],
] as const;

export const laneOf = (part: string): string => ((SERVICES as readonly string[]).includes(part) ? part : MACHINE);

/** The lanes that a diagram of these steps needs. */
export function lanesOf(steps: Iterable<Step>): string[] {
  const seen = new Set<string>();
  for (const { source, target } of steps) {
    seen.add(laneOf(source));
    seen.add(laneOf(target));
  }
  return [MACHINE, ...SERVICES].filter((lane) => lane === MACHINE || seen.has(lane));
}

/** Of a part, as `--part-…` of the page's colours. */
export const colourOf = (part: string): string =>
  `var(--part-${laneOf(part) === MACHINE ? (part === 'outsider' ? 'outsider' : 'workload') : part})`;
