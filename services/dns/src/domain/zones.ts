import type { Peer } from '@lab/shared/fabric/peers.ts';

/** A suffix of Azure's below which the lab's names are, and the service that answers for all of them. */
export type Zone = {
  /** Also the one alias that the service has on `azure`: its address is looked up under it. */
  readonly suffix: string;
  readonly service: Peer;
};

export const ZONES: readonly Zone[] = [
  { suffix: 'vault.azure.net', service: 'keyvault' },
  { suffix: 'blob.core.windows.net', service: 'blob' },
];

/** @param name Lower case. */
export const zoneOf = (name: string): Zone | undefined =>
  ZONES.find(({ suffix }) => name === suffix || name.endsWith(`.${suffix}`));
