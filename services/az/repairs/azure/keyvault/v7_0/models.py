"""The bodies of api-version 7.0, and the exception that azure-cli turns into a sentence."""

from azure.keyvault.secrets._generated.v7_0.models import *  # noqa: F403


class _Inner:
    def __init__(self, error):
        self.error = error


class KeyVaultErrorException(Exception):
    """`inner_exception.error.message` is what azure-cli prints; `status_code` decides its exit code."""

    def __init__(self, error):
        super().__init__(error.message)
        self.status_code = error.status_code
        self.response = error.response
        if error.error is not None and error.error.message:
            self.inner_exception = _Inner(error.error)
