/** What the address of the view says: a flow, a step of it, and whose flows are shown. */
export type FlowAddress = {
  readonly flow?: string | undefined;
  readonly step?: number | undefined;
  readonly workload?: string | undefined;
};

export function parseAddress(parameters: URLSearchParams): FlowAddress {
  const step = Number(parameters.get('step'));
  return {
    flow: parameters.get('flow') ?? undefined,
    step: Number.isInteger(step) && step > 0 ? step : undefined,
    workload: parameters.get('workload') ?? undefined,
  };
}

/** A link to it, within the page. */
export function toAddress({ flow, step, workload }: FlowAddress): string {
  const parameters = new URLSearchParams();
  if (flow !== undefined) parameters.set('flow', flow);
  if (flow !== undefined && step !== undefined) parameters.set('step', String(step));
  if (workload !== undefined) parameters.set('workload', workload);
  const text = parameters.toString();
  return `/flow${text === '' ? '' : `?${text}`}`;
}
