/**
 * The fabric: Azure's own back side, mutual TLS among the lab's services, certificates named `{service}.fabric`.
 * Every control route lists the services that may call it. A valid certificate alone opens nothing.
 */
import type { TLSSocket } from 'node:tls';
import type { Request, RequestHandler } from 'express';
import { AzureError } from '../azure-error.ts';

/** Who has a certificate on the fabric. `tests` has one only in a lab that was started for tests. */
export type Peer =
  | 'entra'
  | 'imds'
  | 'appservice'
  | 'arm'
  | 'keyvault'
  | 'blob'
  | 'dns'
  | 'cluster'
  | 'api'
  | 'portal'
  | 'tests';

export const fabricName = (service: string): string => `${service}.fabric`;

/** Lets these services through and answers 403 to all others. Mounted on each control route by name. */
export const allow =
  (...peers: Peer[]): RequestHandler =>
  (req, _res, next) => {
    const peer = peerOf(req);
    if (peer !== undefined && (peers as string[]).includes(peer)) return next();
    throw new AzureError({
      kind: 'forbidden',
      code: 'PeerNotAllowed',
      message: `The service '${peer ?? 'unknown'}' may not call ${req.method} ${req.baseUrl}${req.path}.`,
    });
  };

/** The service whose certificate the connection presented; undefined when the connection is not mutual TLS. */
export function peerOf(req: Request): string | undefined {
  const socket = req.socket as Partial<TLSSocket>;
  if (!socket.authorized) return undefined;
  const name = socket.getPeerCertificate?.().subject?.CN;
  return typeof name === 'string' && name.endsWith('.fabric') ? name.slice(0, -'.fabric'.length) : undefined;
}
