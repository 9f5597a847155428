import { ArmError } from './errors.ts';

/** Regions that the lab knows: name, display name. A part of Azure's, under Azure's names. */
export const LOCATIONS: readonly (readonly [name: string, displayName: string])[] = [
  ['eastus', 'East US'],
  ['eastus2', 'East US 2'],
  ['westus', 'West US'],
  ['westus2', 'West US 2'],
  ['westus3', 'West US 3'],
  ['centralus', 'Central US'],
  ['northcentralus', 'North Central US'],
  ['southcentralus', 'South Central US'],
  ['canadacentral', 'Canada Central'],
  ['brazilsouth', 'Brazil South'],
  ['northeurope', 'North Europe'],
  ['westeurope', 'West Europe'],
  ['uksouth', 'UK South'],
  ['ukwest', 'UK West'],
  ['francecentral', 'France Central'],
  ['germanywestcentral', 'Germany West Central'],
  ['switzerlandnorth', 'Switzerland North'],
  ['norwayeast', 'Norway East'],
  ['swedencentral', 'Sweden Central'],
  ['polandcentral', 'Poland Central'],
  ['italynorth', 'Italy North'],
  ['spaincentral', 'Spain Central'],
  ['uaenorth', 'UAE North'],
  ['southafricanorth', 'South Africa North'],
  ['centralindia', 'Central India'],
  ['southindia', 'South India'],
  ['eastasia', 'East Asia'],
  ['southeastasia', 'Southeast Asia'],
  ['japaneast', 'Japan East'],
  ['japanwest', 'Japan West'],
  ['koreacentral', 'Korea Central'],
  ['australiaeast', 'Australia East'],
  ['australiasoutheast', 'Australia Southeast'],
];

/** `West Europe` as `westeurope`: Azure takes both. */
const normalLocation = (location: string): string => location.replaceAll(' ', '').toLowerCase();

/**
 * The name of a region.
 * @param type Resource type, for the sentence.
 * @throws AzureError `invalid` LocationNotAvailableForResourceType, or ~Group.
 */
export function checkLocation(location: string, type: string): string {
  const name = normalLocation(location);
  if (LOCATIONS.some(([known]) => known === name)) return name;
  const names = LOCATIONS.map(([known]) => known).join(',');
  const group = type.toLowerCase() === 'microsoft.resources/resourcegroups';
  throw new ArmError({
    kind: 'invalid',
    code: group ? 'LocationNotAvailableForResourceGroup' : 'LocationNotAvailableForResourceType',
    message: group
      ? `The provided location '${location}' is not available for resource group. List of available regions is '${names}'.`
      : `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${names}'.`,
  });
}
