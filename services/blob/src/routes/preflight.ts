import type { RequestHandler } from 'express';
import { refuse } from '../domain/failures.ts';

/**
 * A browser's preflight, which carries no token. No account has a CORS rule, so none is let through.
 * @see https://learn.microsoft.com/rest/api/storageservices/preflight-blob-request
 */
export const preflight: RequestHandler = (req, _res, next) => {
  if (req.method !== 'OPTIONS') return next();
  for (const name of ['Origin', 'Access-Control-Request-Method']) {
    if (!req.get(name)) throw refuse('MissingRequiredHeader', { HeaderName: name });
  }
  throw refuse('CorsPreflightFailure');
};
