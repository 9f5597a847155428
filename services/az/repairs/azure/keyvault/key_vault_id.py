"""Takes the id of a secret apart: https://<vault>.vault.azure.net/secrets/<name>[/<version>]."""

from urllib.parse import urlsplit


class KeyVaultIdentifier:
    def __init__(self, uri, collection, **_):
        url = urlsplit(uri)
        found, _, rest = url.path.strip("/").partition("/")
        name, _, version = rest.partition("/")
        if url.scheme != "https" or not url.netloc or found != collection or not name or "/" in version:
            raise ValueError(f"Invalid identifier: {uri}. Expected: https://<vault>/{collection}/<name>[/<version>]")
        self.vault = f"https://{url.netloc}"
        self.name = name
        self.version = version
