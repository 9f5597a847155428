"""Api-version 7.0, the one that azure-cli 2.45 uses for secrets."""
