import { AzureError } from '@lab/shared/azure-error.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import type { RequestHandler } from 'express';

/**
 * What keeps other web pages out of a server on a person's own machine. Mounted before everything else.
 *
 * DNS rebinding: a page of `evil.example` lets its name resolve to 127.0.0.1 and then is same-origin with whatever
 * answers there. The browser still sends `Host: evil.example`, so only names that are the lab's own are answered.
 * @param allowedHosts Lower case; an entry without a port stands for every port.
 */
export const onlyOwnHosts =
  (allowedHosts: readonly string[]): RequestHandler =>
  (req, _res, next) => {
    if (!req.url.startsWith('/')) throw malformed('The request target has to be a path.');
    const [repeated] = repeatedHeaders(req, ['host', 'origin', 'content-type', 'sec-fetch-site']);
    if (repeated !== undefined) throw malformed(`The header '${repeated}' occurs more than once.`);
    const host = (req.headers.host ?? '').toLowerCase();
    const name = nameIn(host);
    if (name !== undefined && (LOOPBACK.includes(name) || allowedHosts.includes(name) || allowedHosts.includes(host))) {
      return next();
    }
    throw new AzureError({
      kind: 'forbidden',
      code: 'HostNotAllowed',
      message: "The 'Host' header names no host of this lab. LAB_ALLOWED_HOSTS can allow more.",
    });
  };

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Without its port. */
const nameIn = (host: string): string | undefined => /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/.exec(host)?.[1];

/** Whether a `Host` is a name of this machine's own, which nobody else can take. */
export const isLoopbackHost = (host = ''): boolean => LOOPBACK.includes(nameIn(host.toLowerCase()) ?? '');

/**
 * Request forgery: a foreign page can send a POST to this origin. The browser says so in `Origin`, which such a page
 * cannot change or leave out, so a request that may change something has to carry the lab's own: the host that it was sent
 * to, or one of those that are allowed. A proxy, such as that of a hosted editor, may have put its own address into `Host`,
 * and its `Origin` is HTTPS.
 * @param allowedHosts As above, and as they stand in an origin: without a port, the usual one.
 */
export const ownOrigin =
  (allowedHosts: readonly string[]): RequestHandler =>
  (req, _res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    const origin = req.headers.origin;
    const host = req.headers.host;
    if (origin === undefined) {
      throw foreign(`The header 'Origin' is missing. From a command line, add: Origin: http://${host}`);
    }
    const own = [host, ...allowedHosts].flatMap((name) => [`http://${name}`, `https://${name}`]);
    if (!own.includes(origin)) {
      throw foreign("The header 'Origin' is not this page's own.");
    }
    const site = req.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin')
      throw foreign("The header 'Sec-Fetch-Site' is not 'same-origin'.");
    next();
  };

/** A form of a foreign page can be sent as text or as a form, but not as JSON without the browser asking first. */
export const onlyJson: RequestHandler = (req, _res, next) => {
  if (!/^application\/json *(;|$)/i.test(req.headers['content-type'] ?? '')) {
    throw malformed("The header 'Content-Type' has to be application/json.", 'UnsupportedMediaType');
  }
  next();
};

const malformed = (message: string, code = 'BadRequest') => new AzureError({ kind: 'invalid', code, message });
const foreign = (message: string) => new AzureError({ kind: 'forbidden', code: 'OriginNotAllowed', message });
