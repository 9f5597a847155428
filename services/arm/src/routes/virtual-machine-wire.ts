import { queryOf } from '@lab/shared/http/request.ts';
import type { Request } from 'express';
import { invalidQuery } from '../domain/errors.ts';
import { toIdentityWire } from '../domain/identity.ts';
import type { Entry } from '../domain/resources.ts';
import { type VirtualMachine, VM_TYPE } from '../domain/virtual-machine.ts';

/** Whether a request asks for the instance view besides. */
export function instanceViewIn(req: Request): boolean {
  const expand = queryOf(req).get('$expand');
  if (expand === undefined || expand === '') return false;
  const wanted = expand.split(',').map((part) => part.trim().toLowerCase());
  if (wanted.every((part) => part === 'instanceview' || part === 'userdata')) return wanted.includes('instanceview');
  throw invalidQuery('$expand', 'it has to be instanceView.');
}

/** Lists can be narrowed to a scale set alone, and nothing here is in one. Passing it over would list too much. */
export function checkFilter(req: Request): void {
  const filter = queryOf(req).get('$filter');
  if (filter) throw invalidQuery('$filter', 'virtual machines of this lab are in no scale set.');
}

/** Changes with every write. */
export const etagOf = ({ revision }: Entry<'virtualMachine'>): string => `"${revision}"`;

/** A machine as Resource Manager shows it. `None` is no identity at all. */
export function toVmWire(entry: Entry<'virtualMachine'>, expand: boolean) {
  const machine = entry.value;
  const identity = toIdentityWire(machine.identities, machine.tenantId);
  return {
    id: machine.resourceId,
    name: machine.name,
    type: VM_TYPE,
    location: machine.location,
    tags: machine.tags,
    ...(identity && { identity }),
    etag: etagOf(entry),
    properties: {
      hardwareProfile: { vmSize: machine.vmSize },
      storageProfile: DEFAULT_STORAGE,
      osProfile: { computerName: machine.name, adminUsername: 'azureuser' },
      networkProfile: { networkInterfaces: [] },
      ...machine.properties,
      provisioningState: 'Succeeded',
      vmId: machine.vmId,
      ...(expand && { instanceView: instanceView(machine) }),
    },
  };
}

/** What every machine of the lab is, whatever was asked for: a container with Linux. */
const DEFAULT_STORAGE = {
  imageReference: {
    publisher: 'Debian',
    offer: 'debian-12',
    sku: '12',
    version: 'latest',
    exactVersion: '0.20240101.1',
  },
  osDisk: { osType: 'Linux', name: 'osdisk', createOption: 'FromImage', caching: 'ReadWrite' },
  dataDisks: [],
};

export const instanceView = ({ name }: VirtualMachine) => ({
  computerName: name,
  osName: 'debian',
  osVersion: '12',
  hyperVGeneration: 'V2',
  disks: [],
  statuses: [
    { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
    { code: 'PowerState/running', level: 'Info', displayStatus: 'VM running' },
  ],
});
