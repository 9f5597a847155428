import { LOOPBACK } from './ports.ts';
import type { Services } from './services.ts';

/** Where the services of the lab are found. */
export const addressesOf = ({ arm, entra, keyvault, blob, api }: Services) => ({
  armUrl: `https://localhost:${arm.ports.public}`,
  graphUrl: `https://localhost:${entra.ports.graph}`,
  apiUrl: `https://localhost:${api.ports.public}`,
  vaultUrls: (): Readonly<Record<string, string>> =>
    Object.fromEntries([...keyvault.vaultPorts()].map(([name, port]) => [name, `https://localhost:${port}`])),
  // An address, because .NET and Go find the account in the path of no name.
  accountUrls: (): Readonly<Record<string, string>> =>
    Object.fromEntries(blob.accounts().map((name) => [name, `https://${LOOPBACK}:${blob.ports.public}/${name}`])),
});
