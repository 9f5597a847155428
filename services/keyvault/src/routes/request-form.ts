/** What is checked of a request between who asks and what for: the query, the api-version and the method. */
import { AzureError } from '@lab/shared/azure-error.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import type { RequestHandler } from 'express';
import { checkApiVersion } from '../domain/api-version.ts';
import { badParameter } from '../domain/secret-failures.ts';

export const checkQuery: RequestHandler = (req, _res, next) => {
  const query = queryOf(req);
  const [repeated] = query.repeated;
  if (repeated !== undefined) {
    throw badParameter(`The query parameter '${repeated.toWellFormed().slice(0, 64)}' is given more than once.`);
  }
  checkApiVersion(query.get('api-version'));
  next();
};

const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** A POST may stand for another method, which `X-HTTP-METHOD` names, where a proxy lets nothing else through. */
export const methodOverride: RequestHandler = (req, _res, next) => {
  const override = req.method === 'POST' ? req.get('x-http-method')?.toUpperCase() : undefined;
  if (override !== undefined) {
    if (!METHODS.includes(override)) throw badParameter('The X-HTTP-METHOD header names no method of this service.');
    req.method = override;
  }
  next();
};

/** Express would answer HEAD and OPTIONS on its own; Key Vault has neither. */
export const knownMethods: RequestHandler = (req, res, next) => {
  if (!METHODS.includes(req.method)) return methodNotAllowed(req, res, next);
  next();
};

/** Ends each route: the path is known, the method is not. */
export const methodNotAllowed: RequestHandler = (req) => {
  throw new AzureError({
    kind: 'method_not_allowed',
    code: 'MethodNotAllowed',
    message: `HTTP ${req.method} not allowed`,
  });
};
