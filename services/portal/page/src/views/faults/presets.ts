import type { FaultRequest } from '@managed-identity-lab/client';

/** What often goes wrong in Azure, ready to be shown. `id` is the key of its words. */
export type Preset = { readonly id: string; readonly faults: readonly FaultRequest[] };

const TOKEN = { service: 'imds', operation: 'GetManagedIdentityToken' } as const;

export const PRESETS: readonly Preset[] = [
  {
    id: 'imds-updating',
    faults: [
      { ...TOKEN, times: 1, effect: { status: 410 } },
      { ...TOKEN, times: 1, effect: { status: 429, retryAfterSeconds: 1 } },
    ],
  },
  { id: 'imds-slow', faults: [{ ...TOKEN, seconds: 60, effect: { delayMs: 3_000 } }] },
  {
    id: 'vault-busy',
    faults: [{ service: 'keyvault', operation: 'GetSecret', times: 2, effect: { status: 429, retryAfterSeconds: 1 } }],
  },
  { id: 'entra-down', faults: [{ service: 'entra', operation: 'IssueToken', seconds: 60, effect: { status: 503 } }] },
  { id: 'storage-cut', faults: [{ service: 'blob', times: 1, effect: { cut: true } }] },
];
