"""azure-cli looks for help texts here."""

from ..key_vault_client import KeyVaultClient

__all__ = ["KeyVaultClient"]
