import { type EventService, SERVICES, type Services } from './services.ts';
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
  ({
    services,
    workloads,
    absent = [],
    roles = {},
  }: {
    services: Services;
    workloads: Workloads;
    /** Services that this lab does without. */
    absent?: readonly EventService[];
    /** What is otherwise than in containers, by name. */
    roles?: Roles;
  }): LabHealth =>
  async () => {
    const role = (name: string): Role => ({ ...(ROLES[name] ?? UNKNOWN), ...roles[name] });
    const parts = await Promise.all([
      ...SERVICES.filter((name) => !absent.includes(name)).map(
        async (name): Promise<Part> => ({ name, kind: 'service', ...role(name), ...(await services.health(name)) }),
      ),
      ...workloads.names.map(
        async (name): Promise<Part> => ({
          name,
          kind: 'workload',
          ...role(name),
          ...(await workloads.health(name)),
        }),
      ),
    ]);
    const portal: Part = { name: 'portal', kind: 'portal', ...role('portal'), ready: true };
    return { ready: parts.every(({ ready }) => ready), parts: [...parts, portal] };
  };

type Role = Pick<Part, 'plays' | 'reachedAs'>;
export type Roles = Readonly<Record<string, Partial<Role>>>;

const UNKNOWN: Role = { plays: 'A workload', reachedAs: 'its agent' };

const ROLES: Readonly<Record<string, Role>> = {
  imds: { plays: 'Instance Metadata Service', reachedAs: 'http://169.254.169.254' },
  entra: { plays: 'Microsoft Entra ID', reachedAs: 'https://login.microsoftonline.com' },
  dns: { plays: 'Names of vaults and storage accounts', reachedAs: 'the name server of the workloads' },
  keyvault: { plays: 'Key Vault', reachedAs: 'https://kv-lab.vault.azure.net' },
  blob: { plays: 'Blob Storage', reachedAs: 'https://stlab.blob.core.windows.net' },
  arm: { plays: 'Azure Resource Manager', reachedAs: 'https://management.azure.com' },
  api: { plays: "An API of one's own", reachedAs: 'https://orders-api.azurewebsites.net' },
  app: { plays: 'Virtual machine vm-app01', reachedAs: 'its agent' },
  outsider: { plays: 'A machine without identity', reachedAs: 'its agent' },
  portal: { plays: 'This page', reachedAs: 'the gateway' },
};
