"""The sample program, written as one writes it for Azure: reads a secret, then writes, lists and reads back a blob.

No connection string, no key, no option that knows of the lab: DefaultAzureCredential finds the managed identity of the
machine that it runs on.
"""

import socket
import sys
from datetime import datetime, timezone

from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
from azure.storage.blob import BlobServiceClient

VAULT_URL = "https://kv-lab.vault.azure.net"
ACCOUNT_URL = "https://stlab.blob.core.windows.net"


def program() -> None:
    machine = socket.gethostname()
    credential = DefaultAzureCredential()
    secrets = SecretClient(VAULT_URL, credential)
    samples = BlobServiceClient(ACCOUNT_URL, credential).get_container_client("samples")
    blob = samples.get_blob_client(f"hello-from-{machine}-python.txt")
    text = f"Written by {machine} at {datetime.now(timezone.utc).isoformat()}"

    secret = secrets.get_secret("ConnectionString")
    print(f"Read a secret: {len(secret.value)} characters; the value itself is not shown")

    blob.upload_blob(text, overwrite=True)
    print(f"Wrote a blob: {blob.url}")

    names = [properties.name for properties in samples.list_blobs(name_starts_with="hello-from-")]
    print(f"Listed the blobs: {', '.join(names)}")

    content = blob.download_blob().readall().decode()
    print(f"Read the blob back: {content}")


if __name__ == "__main__":
    try:
        program()
    except (AzureError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
