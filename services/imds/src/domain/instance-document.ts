import type { VirtualMachine } from './virtual-machine.ts';

/** A node of the instance metadata: every primitive is a text, and what is absent is `""`. */
export type Node = string | readonly Node[] | { readonly [name: string]: Node };

/**
 * What `/metadata/instance` says about a virtual machine.
 *
 * Deviation: the same for every `api-version`; older ones lack members in Azure. What `lab.yaml` does not say about a
 * machine (image, disks, security profile) is that of one ordinary Ubuntu machine.
 * @see https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#instance-metadata
 */
export const instanceDocument = (machine: VirtualMachine): Node => ({
  compute: compute(machine),
  network: network(machine),
});

const compute = ({
  name,
  location,
  resourceGroup,
  resourceId,
  subscriptionId,
  tags,
  vmId,
  vmSize,
}: VirtualMachine) => ({
  azEnvironment: 'AzurePublicCloud',
  additionalCapabilities: { hibernationEnabled: 'false' },
  customData: '',
  evictionPolicy: '',
  extendedLocation: { type: '', name: '' },
  host: { id: '' },
  hostGroup: { id: '' },
  isHostCompatibilityLayerVm: 'false',
  isVmInStandbyPool: '',
  licenseType: '',
  location,
  name,
  offer: 'ubuntu-24_04-lts',
  osProfile: { adminUsername: 'azureuser', computerName: name, disablePasswordAuthentication: 'true' },
  osType: 'Linux',
  physicalZone: '',
  placementGroupId: '',
  plan: { name: '', product: '', publisher: '' },
  platformFaultDomain: '0',
  platformSubFaultDomain: '',
  platformUpdateDomain: '0',
  priority: '',
  provider: 'Microsoft.Compute',
  publicKeys: [],
  publisher: 'canonical',
  resourceGroupName: resourceGroup,
  resourceId,
  // Not TrustedLaunch or ConfidentialVM: .NET would believe in key binding.
  securityProfile: {
    encryptionAtHost: 'false',
    secureBootEnabled: 'false',
    securityType: '',
    virtualTpmEnabled: 'false',
  },
  sku: 'server',
  storageProfile: storageProfile(name),
  subscriptionId,
  tags: Object.entries(tags)
    .map(([key, value]) => `${key}:${value}`)
    .join(';'),
  tagsList: Object.entries(tags).map(([key, value]) => ({ name: key, value })),
  userData: '',
  version: 'latest',
  virtualMachineScaleSet: { id: '' },
  vmId,
  vmScaleSetName: '',
  vmSize,
  zone: '',
});

const storageProfile = (name: string) => ({
  dataDisks: [],
  imageReference: {
    id: '',
    offer: '',
    publisher: '',
    sku: '',
    version: '',
    communityGalleryImageId: '',
    sharedGalleryImageId: '',
    exactVersion: '',
  },
  osDisk: {
    caching: 'ReadWrite',
    createOption: 'FromImage',
    diffDiskSettings: { option: '' },
    diskSizeGB: '30',
    encryptionSettings: { enabled: 'false' },
    image: { uri: '' },
    managedDisk: { id: '', storageAccountType: 'Premium_LRS' },
    name: `${name}_os`,
    osType: 'Linux',
    vhd: { uri: '' },
    writeAcceleratorEnabled: 'false',
  },
  resourceDisk: { size: '16384' },
});

const network = ({ privateIpAddress, subnet, macAddress }: VirtualMachine) => ({
  interface: [
    {
      ipv4: {
        ipAddress: [{ privateIpAddress, publicIpAddress: '' }],
        subnet: [{ address: subnet.address, prefix: subnet.prefix }],
      },
      ipv6: { ipAddress: [] },
      macAddress: macAddress.replaceAll(/[^0-9a-f]/gi, '').toUpperCase(),
    },
  ],
});
