import type { IncomingMessage } from 'node:http';

/**
 * Makes every request target a path, as apps know it; false for a request that names none, or not one host.
 *
 * A whole URL, as clients of proxies send it, stands for its path at its host, whatever the Host header says (RFC 9112,
 * section 3.2.2). `*` and what is no URL are refused here: Express ends those on its own, with a page of HTML.
 */
export function toOriginForm(req: IncomingMessage): boolean {
  const hosts = req.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && req.httpVersion === '1.1')) return false; // RFC 9112, section 3.2
  const target = req.url ?? '';
  if (target.startsWith('/')) return true;
  const [, authority, path = ''] = /^https?:\/\/([^/?#@[\]\\]+)([/?].*)?$/i.exec(target) ?? [];
  if (authority === undefined) return false;
  req.headers.host = authority;
  req.url = path.startsWith('/') ? path : `/${path}`;
  return true;
}
