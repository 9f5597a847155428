"""Stands in for azure-keyvault 1.1.0, which azure-cli 2.45 imports for secrets and Debian does not package.

Requests are made by Microsoft's own client for api-version 7.0, which Debian has in azure.keyvault.secrets. What is here
gives it the names and signatures that azure-cli asks for, for secrets only.
"""

from .key_vault_client import KeyVaultAuthentication, KeyVaultClient

__all__ = ["KeyVaultAuthentication", "KeyVaultClient"]
