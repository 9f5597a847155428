import { AzureError } from '@lab/shared/azure-error.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import type { RequestHandler, Response } from 'express';
import { unavailable } from '../domain/unavailable.ts';
import type { Vault, Vaults } from '../domain/vault.ts';

/** Where the request reached the vault: ids are made of it, so that a client finds its own vault URL in them. */
export type At = {
  readonly vault: Vault;
  /** `https://{Host header}`. */
  readonly origin: string;
};

/**
 * Names under which a vault is reached besides its own host: `host` or `host:port`, lower case, to the vault's name.
 * Looked up per request: a port that was asked for as 0 can be added when it is known.
 */
export type VaultHosts = Readonly<Record<string, string>>;

/**
 * Finds the vault of a request by its `Host` header. In Azure a name without a vault does not resolve; here the request
 * arrives, and gets 404 with no challenge, since it is the vault whose tenant a challenge names; or 503, to be tried
 * again, for as long as nobody has said which vaults there are.
 */
export const requestVault =
  (vaults: Vaults, aliases: VaultHosts, isSynced: () => boolean): RequestHandler =>
  (req, res, next) => {
    const authority = (req.headers.host ?? '').toLowerCase();
    const [, host] = /^([a-z0-9.-]{1,253})(?::\d{1,5})?$/.exec(authority) ?? [];
    if (host === undefined || repeatedHeaders(req, ['host']).length > 0) {
      throw new AzureError({ kind: 'invalid', code: 'BadRequest', message: 'The Host header is not valid.' });
    }
    const alias = own(aliases, authority) ?? own(aliases, host);
    const vault = vaults.findByHost(host) ?? (alias === undefined ? undefined : vaults.findByName(alias));
    if (!vault && !isSynced()) throw vaultsUnknown();
    if (!vault) {
      throw new AzureError({ kind: 'not_found', code: 'VaultNotFound', message: `There is no key vault at ${host}.` });
    }
    res.locals.at = { vault, origin: `https://${authority}` } satisfies At;
    res.set('x-ms-keyvault-region', vault.location);
    next();
  };

const vaultsUnknown = () => unavailable('arm was never reached');

/** The vault of this request and where it was reached. Throws when `requestVault` was not mounted before the route. */
export function atOf(res: Response): At {
  const at: At | undefined = res.locals.at;
  if (!at) throw new Error('route mounted without a vault');
  return at;
}

/** The same for those who may come before it was found. */
export const findVaultOf = (res: Response): Vault | undefined => (res.locals.at as At | undefined)?.vault;

const own = (hosts: VaultHosts, host: string): string | undefined =>
  Object.hasOwn(hosts, host) ? hosts[host] : undefined;
