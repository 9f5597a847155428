import { SERVICES, type Services } from './services.ts';
import type { Workloads } from './workloads.ts';

export type Part = {
  readonly name: string;
  readonly kind: 'service' | 'workload' | 'portal';
  /** What it plays, in Azure's words. */
  readonly plays: string;
  readonly reachedAs: string;
  readonly ready: boolean;
  readonly detail?: string;
};

export type LabHealth = () => Promise<{ readonly ready: boolean; readonly parts: readonly Part[] }>;

/** Asks every part of the lab whether it can do its work, all at the same time. The lab is ready when every part is. */
export const labHealth =
  ({ services, workloads }: { services: Services; workloads: Workloads }): LabHealth =>
  async () => {
    const parts = await Promise.all([
      ...SERVICES.map(
        async (name): Promise<Part> => ({ name, kind: 'service', ...ROLES[name], ...(await services.health(name)) }),
      ),
      ...workloads.names.map(
        async (name): Promise<Part> => ({
          name,
          kind: 'workload',
          ...(ROLES[name] ?? UNKNOWN),
          ...(await workloads.health(name)),
        }),
      ),
    ]);
    const portal: Part = { name: 'portal', kind: 'portal', ...ROLES.portal, ready: true };
    return { ready: parts.every(({ ready }) => ready), parts: [...parts, portal] };
  };

type Role = Pick<Part, 'plays' | 'reachedAs'>;

const UNKNOWN: Role = { plays: 'A workload', reachedAs: 'its agent' };

const ROLES: Readonly<Record<(typeof SERVICES)[number] | 'portal', Role>> & Readonly<Record<string, Role>> = {
  imds: { plays: 'Instance Metadata Service', reachedAs: 'http://169.254.169.254' },
  entra: { plays: 'Microsoft Entra ID', reachedAs: 'https://login.microsoftonline.com' },
  dns: { plays: 'Names of vaults and storage accounts', reachedAs: 'the name server of the workloads' },
  keyvault: { plays: 'Key Vault', reachedAs: 'https://kv-lab.vault.azure.net' },
  blob: { plays: 'Blob Storage', reachedAs: 'https://stlab.blob.core.windows.net' },
  arm: { plays: 'Azure Resource Manager', reachedAs: 'https://management.azure.com' },
  app: { plays: 'Virtual machine vm-app01', reachedAs: 'its agent' },
  outsider: { plays: 'A machine without identity', reachedAs: 'its agent' },
  portal: { plays: 'This page', reachedAs: 'the gateway' },
};
