import { AzureError } from '@lab/shared/azure-error.ts';
import { describe } from '@lab/shared/events.ts';
import { managedIdentityOf } from '@managed-identity-lab/express';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { ORDERS, Wish } from '../domain/order.ts';
import type { Guards } from './guard.ts';

/**
 *     GET  /orders   role Orders.Read    200 { orders }
 *     POST /orders   role Orders.Write   202 { order }, which is accepted and not kept
 */
export function orderRoutes(guards: Guards): Router {
  const router = Router();
  router
    .route('/orders')
    .get(named('ListOrders'), guards.needs('Orders.Read'), (_req, res) => {
      res.json({ orders: ORDERS });
    })
    // A body is read for those who may send one.
    .post(named('PlaceOrder'), guards.needs('Orders.Write'), express.json({ limit: '16kb' }), (req, res) => {
      const wish = Wish.safeParse(req.body);
      if (!wish.success) throw notAnOrder(z.prettifyError(wish.error));
      res.status(202).json({ order: { ...wish.data, placedBy: managedIdentityOf(req).principalId } });
    })
    .all((req, res) => {
      res.set('Allow', 'GET, HEAD, POST');
      throw new AzureError({
        kind: 'method_not_allowed',
        code: 'MethodNotAllowed',
        message: `The methods for /orders are GET and POST, not ${req.method}.`,
      });
    });
  return router;
}

const named =
  (operation: string): RequestHandler =>
  (_req, res, next) => {
    describe(res, { operation });
    next();
  };

const notAnOrder = (message: string) => new AzureError({ kind: 'invalid', code: 'InvalidOrder', message });
