import { refuse } from './failures.ts';

/** What a request's path names. */
export type Address = { readonly container?: string; readonly blob?: string };

/**
 * The container and blob of a path, percent-decoded once, so `%2F` is a slash, a plus is a plus, and no dot segment is
 * resolved: `..` is a name like any other. One segment alone is a container here; whether it is a blob of `$root` instead
 * depends on the query.
 *
 * @param path As sent, without the query. @throws InvalidUri
 */
export function parseAddress(path: string): Address {
  const decoded = decode(path);
  if (!decoded.startsWith('/') || decoded.includes('\0')) throw refuse('InvalidUri');
  const slash = decoded.indexOf('/', 1);
  const container = slash < 0 ? decoded.slice(1) : decoded.slice(1, slash);
  const blob = slash < 0 ? '' : decoded.slice(slash + 1);
  if (container === '') {
    if (slash >= 0) throw refuse('InvalidUri');
    return {};
  }
  return blob === '' ? { container } : { container, blob };
}

/**
 * The first segment taken off, for accounts that are told apart by path as emulators do it.
 * @returns the account's name and the rest, which begins with a slash.
 */
export function splitAccount(path: string): { account: string; rest: string } {
  const [, account = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  return { account: decode(account), rest: rest === '' ? '/' : rest };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse('InvalidUri'); // a percent sign without two digits, or bytes that are not UTF-8
  }
}

/** @throws InvalidResourceName, OutOfRangeInput */
export function checkContainerName(name: string): void {
  if (name === '$root' || name === '$web' || name === '$logs') return;
  if (name.length < 3 || name.length > 63) throw refuse('OutOfRangeInput');
  if (!/^[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9]$/.test(name)) throw refuse('InvalidResourceName');
}

/** @throws OutOfRangeInput, InvalidUri */
export function checkBlobName(name: string): void {
  if (name.length > 1024) throw refuse('OutOfRangeInput');
  if (name.split('/').length > 254) throw refuse('InvalidUri');
}
