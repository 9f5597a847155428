import type { Scene } from './exercise.ts';

/** The resources of the lab's own `lab.yaml`. */
export const DEFAULT_SCENE: Scene = {
  machine: 'vm-app01',
  otherMachine: 'vm-app02',
  vault: 'kv-lab',
  newVault: 'kv-orders',
  account: 'stlab',
  identity: 'id-orders',
  otherIdentity: 'id-reports',
  machines: { tenant: 'contoso', subscription: 'contoso-apps', resourceGroup: 'rg-apps' },
  data: { tenant: 'contoso', subscription: 'contoso-data', resourceGroup: 'rg-data' },
};
