import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { remoteAddress } from '@lab/shared/http/lifecycle.ts';
import type { RequestHandler } from 'express';

const PRINTABLE = /^[\x20-\x7e]{1,128}$/;

/** What every answer of a vault carries, refusals too; the region follows when the vault is known. */
export const responseHeaders: RequestHandler = (req, res, next) => {
  const address = remoteAddress(req);
  const [connection, family] = isIPv6(address) ? ['Ipv6', 'InterNetworkV6'] : ['Ipv4', 'InterNetwork'];
  const clientRequestId = req.get('x-ms-client-request-id');
  res.set({
    'Cache-Control': 'no-cache',
    Pragma: 'no-cache',
    Expires: '-1',
    'x-ms-request-id': randomUUID(),
    'x-ms-keyvault-service-version': '1.9.2784.1',
    // A good place to see which address the vault saw.
    'x-ms-keyvault-network-info': `conn_type=${connection};addr=${address};act_addr_fam=${family};`,
    'X-Content-Type-Options': 'nosniff',
    'Strict-Transport-Security': 'max-age=31536000;includeSubDomains',
    ...(clientRequestId !== undefined &&
      PRINTABLE.test(clientRequestId) && { 'x-ms-client-request-id': clientRequestId }),
  });
  next();
};
