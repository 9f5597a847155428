import { AzureError } from '@lab/shared/azure-error.ts';
import { ArmError, conflict, invalidParameter, notFound } from './errors.ts';

/** What Key Vault's resource provider refuses, in its own sentences: people search for them. */
export const vaultNameNotValid = (name: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'VaultNameNotValid',
    message: `The vault name '${name.slice(0, 260)}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742`,
  });

const IN_USE =
  'Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.';

export const vaultNameInUse = (name: string): string => `The vault name '${name}' is already in use. ${IN_USE}`;

export const vaultAlreadyExists = (name: string) => conflict('VaultAlreadyExists', vaultNameInUse(name));

/** The name is taken by a deleted vault of the caller's own subscription. */
export const deletedVaultInTheWay = () =>
  conflict(
    'ConflictError',
    'A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.',
  );

export const softDeletedVaultDoesNotExist = () =>
  notFound(
    'SoftDeletedVaultDoesNotExist',
    'A soft deleted vault with the given name does not exist. Ensure that the name for the vault that is being attempted to recover is in a recoverable state. For more information on soft delete please follow this link https://go.microsoft.com/fwlink/?linkid=2149745',
  );

export const deletedVaultNotFound = (name: string) =>
  notFound('DeletedVaultNotFound', `The specified deleted vault '${name}' does not exist.`);

/** Purge protection. */
export const purgeNotAllowed = () =>
  new AzureError({
    kind: 'method_not_allowed',
    code: 'MethodNotAllowed',
    message: "Operation 'DeletedVaultPurge' is not allowed.",
  });

export const permissionModelDenied = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'InsufficientPermissions',
    message:
      "Caller is not allowed to change permission model. It takes 'Microsoft.Authorization/roleAssignments/write' at the vault.",
  });

export const irreversible = (property: string, what: string) =>
  badProperty(
    property,
    `The property "${property}" cannot be set to false. Enabling the ${what} for a vault is an irreversible action.`,
  );

export const retentionIsSet = () =>
  badProperty(
    'softDeleteRetentionInDays',
    `The property "softDeleteRetentionInDays" has been set already and it can't be modified.`,
  );

export const invalidVaultValue = (property: string) =>
  badProperty(property, `An invalid value was provided for '${property}'.`);

/** What the lab could accept, and would then not do: a vault that is open although it says that it is not. */
export const networkRulesAbsent = (property: string) =>
  invalidParameter(`'${property}' restricts a network, and this lab emulates no network rules of Key Vault.`, property);

const badProperty = (target: string, message: string) =>
  new ArmError({ kind: 'invalid', code: 'BadRequest', message, target });
