/** What the tests of this folder share: a cluster with a pod, and a directory for its token. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@lab/shared/clock.ts';
import type { Cluster } from '@lab/shared/lab/lab-state.ts';
import { silentLog } from '@lab/shared/log.ts';
import { openDatabase } from '@lab/shared/sqlite.ts';
import { onTestFinished } from 'vitest';
import { type Kubelet, kubelet } from './kubelet.ts';
import { sqliteSigningKeys } from './store/signing-keys.ts';
import { TOKEN_FILE, tokenFiles } from './store/token-files.ts';

const TENANT = '00000000-0000-4000-8000-0000000000cc';
export const ISSUER = `https://westeurope.oic.prod-aks.azure.com/${TENANT}/00000000-0000-4000-8000-0000000000dd/`;

export const account = (pod = 'pod-app01', name = 'workload'): Cluster['serviceAccounts'][number] => ({
  namespace: 'default',
  name,
  pod,
  subject: `system:serviceaccount:default:${name}`,
  clientId: '00000000-0000-4000-8000-0000000000ee',
});

export const cluster = (changes: Partial<Cluster> = {}): Cluster => ({
  name: 'aks-lab',
  resourceId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-lab',
  tenantId: TENANT,
  issuer: ISSUER,
  serviceAccounts: [account()],
  ...changes,
});

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const migrations = join(import.meta.dirname, 'store/migrations');

export type Node = {
  readonly nodes: Kubelet;
  readonly keys: ReturnType<typeof sqliteSigningKeys>;
  readonly root: string;
  /** What the lab file declares from now on; undefined: it is not there. */
  declare(clusters: readonly Cluster[] | undefined): void;
  tokenOf(pod?: string): string;
};

/** Pods on a node, with nothing looked after yet. */
export function node(clock: Clock, root = temporaryDirectory()): Node {
  let declared: readonly Cluster[] | undefined = [cluster()];
  const keys = sqliteSigningKeys(openDatabase(':memory:', migrations));
  const read = () => {
    if (!declared) throw new Error('no such file');
    return declared;
  };
  return {
    nodes: kubelet({ read, keys, files: tokenFiles(root), clock, log: silentLog }),
    keys,
    root,
    declare: (clusters) => {
      declared = clusters;
    },
    tokenOf: (pod = 'pod-app01') => readFileSync(join(root, pod, TOKEN_FILE), 'utf8'),
  };
}
