import type { CheckName } from '../../event-words.ts';
import type { FlowEvent } from '../../events.ts';

let sequence = 0;

/** An event at this many milliseconds, for tests. */
export const happened = (service: string, atMs: number, details: Partial<FlowEvent> = {}): FlowEvent => {
  sequence += 1;
  return {
    sequence,
    service,
    at: new Date(1_767_225_600_000 + atMs).toISOString(),
    durationMs: 1,
    remoteAddress: '10.88.0.130',
    method: 'GET',
    host: `${service}.example`,
    path: '/',
    status: 200,
    ...details,
  };
};

const failedCheck = (check: CheckName) => [{ check, outcome: 'failed' as const, reason: 'No.' }];

/** What the first read of a secret leads to: the challenge, a look for IMDS, the token, and the request that uses it. */
export const firstRead = (): FlowEvent[] => {
  const from = { caller: 'vm-app01', workload: 'app' };
  return [
    happened('dns', 0, { host: 'kv-lab.vault.azure.net', path: '/A', method: 'UDP', ...from }),
    happened('keyvault', 2, {
      host: 'kv-lab.vault.azure.net',
      clientRequestId: 'c1',
      status: 401,
      checks: failedCheck('bearer token'),
      ...from,
    }),
    happened('imds', 5, { status: 400, checks: failedCheck('metadata header'), virtualMachine: 'vm-app01', ...from }),
    happened('imds', 7, {
      ...{ tokenId: 't1', durationMs: 10, clientId: 'client', virtualMachine: 'vm-app01', ...from },
      ...{ operation: 'GetManagedIdentityToken', note: 'asked entra', audience: 'https://vault.azure.net' },
    }),
    happened('entra', 9, {
      ...{ tokenId: 't1', durationMs: 5, clientId: 'client', caller: 'imds', virtualMachine: 'vm-app01' },
      ...{ operation: 'IssueToken', method: 'POST', audience: 'https://vault.azure.net' },
    }),
    happened('keyvault', 20, {
      ...{ host: 'kv-lab.vault.azure.net', path: '/secrets/a', clientRequestId: 'c1', tokenId: 't1', principalId: 'p' },
      ...{ operation: 'GetSecret', virtualMachine: 'vm-app01', durationMs: 4, ...from },
      decision: {
        operation: 'getSecret',
        resourceId: '/kv',
        grantedBy: '/a1',
        considered: [{ assignmentId: '/a1', roleName: 'Key Vault Secrets User', scope: '/kv', verdict: 'grants' }],
      },
    }),
  ];
};
