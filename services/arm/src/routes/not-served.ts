import type { RequestHandler, Router } from 'express';
import { ArmError, notFound } from '../domain/errors.ts';

/** The last handler: a path that is served with other methods, or an operation that the lab does not have. */
export const notServed =
  (routers: readonly Router[]): RequestHandler =>
  (req, res) => {
    const methods = methodsAt(routers, req.path);
    if (methods.length > 0) {
      res.set('Allow', methods.join(', '));
      throw new ArmError({
        kind: 'method_not_allowed',
        code: 'MethodNotAllowed',
        message: `The requested resource does not support http method '${req.method}'.`,
      });
    }
    throw notFound(
      'InvalidResourceType',
      `The resource type could not be found for '${req.method} ${req.path}'. This lab's Resource Manager does not serve it.`,
    );
  };

function methodsAt(routers: readonly Router[], path: string): string[] {
  const methods = layersOf(routers).flatMap((layer) => {
    // `match` is how Express itself finds a route; its types leave it out.
    const matches = (layer as unknown as { match(path: string): boolean }).match(path);
    return matches ? (layer.route?.stack ?? []).map(({ method }) => method.toUpperCase()) : [];
  });
  return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
}

/** The routes of routers, and of the routers in them. */
const layersOf = (routers: readonly Router[]): Router['stack'] =>
  routers.flatMap(({ stack }) =>
    stack.flatMap((layer) => (layer.route ? [layer] : layersOf([layer.handle as unknown as Router]))),
  );
