/** Where a step of a flow is shown. */
export const flowPath = (flow: string, step: number | undefined): string =>
  `/flow?${new URLSearchParams({ flow, ...(step !== undefined && { step: String(step) }) })}`;
