/** The failures that Key Vault has names for. To the letter: people search for these sentences. */
import { AzureError } from '@lab/shared/azure-error.ts';

/** @param nameOrId `{name}` or `{name}/{version}`. */
export const secretNotFound = (nameOrId: string) =>
  new AzureError({
    kind: 'not_found',
    code: 'SecretNotFound',
    message:
      `A secret with (name/id) ${nameOrId} was not found in this key vault. If you recently deleted this secret ` +
      'you may be able to recover it using the correct recovery command. For help resolving this issue, please see ' +
      'https://go.microsoft.com/fwlink/?linkid=2125182',
  });

export const deletedSecretNotFound = (name: string) =>
  new AzureError({ kind: 'not_found', code: 'SecretNotFound', message: `Deleted Secret not found: ${name}` });

export const secretDisabled = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'Forbidden',
    message: 'Operation get is not allowed on a disabled secret.',
    extra: { innererror: 'SecretDisabled' },
  });

export const deletedSecretDisabled = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'Forbidden',
    message: 'Operation get is not permitted on this object.',
    extra: { innererror: 'AccessDenied' },
  });

export const purgeProtected = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'Forbidden',
    message: 'Operation "purge" is not enabled for this vault.',
  });

export const deletedButRecoverable = (name: string) =>
  new AzureError({
    kind: 'conflict',
    code: 'Conflict',
    message:
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, ` +
      'the secret can only be recovered or purged.',
    extra: { innererror: 'ObjectIsDeletedButRecoverable' },
  });

export const badParameter = (message: string, innererror?: string) =>
  new AzureError({ kind: 'invalid', code: 'BadParameter', message, ...(innererror && { extra: { innererror } }) });

export const invalidName = (name: string) =>
  badParameter(`The request URI contains an invalid name: ${name.toWellFormed().slice(0, 256)}`);

export const secretTooLarge = () =>
  badParameter('Secret is beyond the maximum permitted length of 25600 characters.', 'SecretTooLarge');

/** @param id With the version, as in an answer. */
export const restoreConflict = (id: string) =>
  new AzureError({
    kind: 'conflict',
    code: 'Conflict',
    message:
      `There was a conflict restoring the secret '${id}'. This can happen if either: a second secret with the same name ` +
      'was created after the first secret was deleted; thus trying to restore a secret whose name is already in use. To ' +
      'fix this, rename the second secret to something else so that the restore works. The second probable cause of ' +
      'this exception is when multiple operations are performed in parallel against the secret. To avoid this error, ' +
      'perform operations against a secret in a sequential manner.',
  });
