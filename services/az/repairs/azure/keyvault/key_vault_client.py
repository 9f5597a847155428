"""azure-keyvault 1.1.0's client, with Microsoft's generated client for api-version 7.0 making the requests.

Both have the same operations. What takes no body has the same parameters as well and is passed on as it is; azure-cli
reads parameters and help texts from signatures and comments. Of those with a body, the ones for secrets are here.
"""

import functools

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.core.paging import ItemPaged
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets._generated.v7_0.operations import KeyVaultClientOperationsMixin

from .v7_0 import models


class KeyVaultAuthentication:
    """Tokens for vaults, from azure-cli's own sign-in."""

    def __init__(self, authorization_callback):
        self._callback = authorization_callback

    def get_token(self, *scopes, **_):
        resource = scopes[0].removesuffix("/.default")
        _, token, details = self._callback(None, resource, None)
        return AccessToken(token, int(details["expires_on"]))


class KeyVaultClient:
    """Operations of the vault that each call names. `operation_config` is what azure-cli passes on besides."""

    def __init__(self, credentials, api_version="7.0"):
        self._credentials = credentials
        self._api_version = api_version

    def _send(self, operation, vault_base_url, *args, **options):
        client = SecretClient(vault_base_url, self._credentials, api_version=self._api_version)._client
        try:
            result = getattr(client, operation)(vault_base_url, *args, **options)
            return list(result) if isinstance(result, ItemPaged) else result
        except HttpResponseError as error:
            raise models.KeyVaultErrorException(error) from error

    def set_secret(
        self,
        vault_base_url,
        secret_name,
        value,
        tags=None,
        content_type=None,
        secret_attributes=None,
        **operation_config,
    ):
        """Sets a secret in a specified key vault.

        :param vault_base_url: The vault name, for example https://myvault.vault.azure.net.
        :param secret_name: The name of the secret.
        :param value: The value of the secret.
        :param tags: Application specific metadata in the form of key-value pairs.
        :param content_type: Type of the secret value such as a password.
        :param secret_attributes: The secret management attributes.
        """
        parameters = models.SecretSetParameters(
            value=value, tags=tags, content_type=content_type, secret_attributes=secret_attributes
        )
        return self._send("set_secret", vault_base_url, secret_name, parameters)

    def update_secret(
        self,
        vault_base_url,
        secret_name,
        secret_version,
        content_type=None,
        secret_attributes=None,
        tags=None,
        **operation_config,
    ):
        """Updates the attributes associated with a specified secret in a given key vault.

        :param vault_base_url: The vault name, for example https://myvault.vault.azure.net.
        :param secret_name: The name of the secret.
        :param secret_version: The version of the secret.
        :param content_type: Type of the secret value such as a password.
        :param secret_attributes: The secret management attributes.
        :param tags: Application specific metadata in the form of key-value pairs.
        """
        parameters = models.SecretUpdateParameters(
            content_type=content_type, secret_attributes=secret_attributes, tags=tags
        )
        return self._send("update_secret", vault_base_url, secret_name, secret_version, parameters)

    def restore_secret(self, vault_base_url, secret_bundle_backup, **operation_config):
        """Restores a backed up secret to a vault.

        :param vault_base_url: The vault name, for example https://myvault.vault.azure.net.
        :param secret_bundle_backup: The backup blob associated with a secret bundle.
        """
        parameters = models.SecretRestoreParameters(secret_bundle_backup=secret_bundle_backup)
        return self._send("restore_secret", vault_base_url, parameters)


def _passed_on(name, operation):
    @functools.wraps(operation)
    def call(self, *args, maxresults=None, **options):
        known = {key: value for key, value in options.items() if key in operation.__annotations__}
        pages = {} if maxresults is None else {"maxresults": maxresults}
        return self._send(name, *args, **known, **pages)

    return call


for _name, _operation in vars(KeyVaultClientOperationsMixin).items():
    if _name.startswith(("get_", "delete_", "purge_", "recover_", "backup_")):
        setattr(KeyVaultClient, _name, _passed_on(_name, _operation))
