import { describe } from '@lab/shared/events.ts';
import { remoteAddress } from '@lab/shared/http/lifecycle.ts';
import { type Query, queryOf } from '@lab/shared/http/request.ts';
import type { Request, RequestHandler, Response } from 'express';
import { type Category, isSupported } from '../domain/api-versions.ts';
import {
  apiVersionInvalid,
  forwarded,
  metadataHeaderMissing,
  methodNotAllowed,
  notAVirtualMachine,
  queryRepeated,
  temporarilyUnavailable,
} from '../domain/failures.ts';
import { type Machines, type VirtualMachine, virtualMachineAt } from '../domain/virtual-machine.ts';
import { isIdentityPath } from '../wire.ts';
import { check } from './checks.ts';

/**
 * Mounted before everything else: who is not one of the virtual machines gets 403 whatever it asks for, and its
 * connection is closed. Until `arm` has been heard once nobody can be told apart; that is an outage, which clients retry.
 *
 * A virtual machine that has been deleted in Resource Manager, and still runs as a container, is told on the identity
 * endpoint that it has no identity: its programs then fail as they do in Azure when an identity has been taken away.
 */
export const fromVirtualMachine =
  (machines: Machines, isSynced: () => boolean): RequestHandler =>
  (req, res, next) => {
    const known = isIdentityPath(req.path) ? [...machines.all(), ...machines.former()] : machines.all();
    const machine = virtualMachineAt(remoteAddress(req), known);
    if (!machine) res.set('Connection', 'close');
    check(res, 'source address', machine ? undefined : isSynced() ? notAVirtualMachine() : notSynced());
    res.locals.machine = machine;
    if (machine) describe(res, { virtualMachine: machine.name });
    next();
  };

const notSynced = () => temporarilyUnavailable('the virtual machines of the lab are not known yet');

/** The virtual machine that asks. Throws when `fromVirtualMachine` was not mounted before the route. */
export function machineOf(res: Response): VirtualMachine {
  const machine: VirtualMachine | undefined = res.locals.machine;
  if (!machine) throw new Error('route mounted without the check of the source address');
  return machine;
}

/**
 * What every route checks once its path is known, in Azure's order: a path that does not exist is a 404 with or without
 * the header, because .NET tells from that whether a newer protocol is there.
 * @param category Whose `api-version` is required; absent: none is.
 */
export function admit(req: Request, res: Response, category?: Category): Query {
  const identityPath = isIdentityPath(req.path);
  const query = queryOf(req);
  check(res, 'x-forwarded-for', req.headers['x-forwarded-for'] === undefined ? undefined : forwarded());
  if (req.method !== 'GET') res.set('Allow', 'GET'); // RFC 9110, section 15.5.6
  check(res, 'method', req.method === 'GET' ? undefined : methodNotAllowed());
  // Sent twice it reads `true, true`, which is not `true` either.
  check(res, 'metadata header', req.headers.metadata === 'true' ? undefined : metadataHeaderMissing(identityPath));
  const { repeated } = query;
  check(res, 'query', repeated.length === 0 ? undefined : queryRepeated(repeated, identityPath));
  if (category) {
    check(res, 'api-version', isSupported(category, query.get('api-version')) ? undefined : apiVersionInvalid());
  }
  return query;
}
