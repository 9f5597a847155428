import type { Place } from '../domain/place.ts';
import { ownsId } from '../domain/place.ts';
import type { Scene, ShownResource } from './exercise.ts';

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

/** What a participant has in their group, by the names that their place has where they deleted it. */
export function sceneOf(place: Place, resources: readonly ShownResource[]): Scene {
  const { participant, machine, tenant, subscription, resourceGroup } = place;
  const at = { tenant, subscription, resourceGroup };
  const named = (kind: string, name: string, but?: string) => {
    const own = resources.filter((one) => one.kind === kind && ownsId(place, one.id)).map((one) => String(one.name));
    return own.find((one) => one !== but) ?? name;
  };
  const newVault = `kv-${participant}-orders`;
  return {
    machine,
    otherMachine: DEFAULT_SCENE.otherMachine,
    vault: named('vault', `kv-${participant}`, newVault),
    newVault,
    account: named('storageAccount', `st${participant}`),
    identity: named('userAssignedIdentity', `id-${participant}`),
    otherIdentity: DEFAULT_SCENE.otherIdentity,
    machines: at,
    data: at,
  };
}
