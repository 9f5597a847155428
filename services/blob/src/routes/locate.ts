import type { Query } from '@lab/shared/http/request.ts';
import type { Request } from 'express';
import type { Account, Accounts } from '../domain/account.ts';
import { type Address, checkBlobName, checkContainerName, parseAddress, splitAccount } from '../domain/address.ts';
import { refuse } from '../domain/failures.ts';
import type { Level } from '../domain/operation.ts';

/** What a request is about. */
export type Location = Address & { readonly account: Account; readonly origin: string };

export type Locate = (req: Request) => Location;

/**
 * Finds account, container and blob of a request. All accounts share one listener.
 *
 * @param pathStyle The account is the first segment of the path, as emulators have it; otherwise the host tells.
 * @param isSynced Whether it is known which accounts there are.
 * @returns a locator that throws InvalidUri, ResourceNotFound for an account that does not exist, and ServerBusy for as
 *   long as nobody can say whether it does.
 */
export function locator({
  accounts,
  pathStyle,
  isSynced,
}: {
  accounts: Accounts;
  pathStyle: boolean;
  isSynced: () => boolean;
}): Locate {
  const found = (account: Account | undefined): Account => {
    if (!account) throw refuse(isSynced() ? 'ResourceNotFound' : 'ServerBusy');
    return account;
  };
  return (req) => {
    const path = req.url.split('?', 1)[0] ?? '';
    if (!path.startsWith('/')) throw refuse('InvalidUri'); // `*`, or a whole URL as proxies get it
    const host = (req.headers.host ?? '').toLowerCase();
    if (pathStyle) {
      const { account: name, rest } = splitAccount(path);
      const account = found(accounts.findByName(name));
      return { account, origin: `https://${host}/${account.name}/`, ...parseAddress(rest) };
    }
    const account = found(accounts.findByHost(host.replace(/:\d+$/, '')));
    return { account, origin: `https://${account.host}/`, ...parseAddress(path) };
  };
}

/** A location with its level: `/{name}` without `restype` is a blob of the container `$root`. */
export function levelOf(location: Location, query: Query): { level: Level; container: string; blob: string } {
  const { container = '', blob = '' } = location;
  if (container === '') return { level: 'service', container, blob };
  if (blob !== '') return { level: 'blob', container, blob };
  if (query.get('restype')) return { level: 'container', container, blob };
  return { level: 'blob', container: '$root', blob: container };
}

/** @throws InvalidResourceName, OutOfRangeInput, InvalidUri */
export function checkNames({ level, container, blob }: ReturnType<typeof levelOf>): void {
  if (level === 'service') return;
  checkContainerName(container);
  if (level === 'blob') checkBlobName(blob);
}
