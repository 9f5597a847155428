import { Router } from 'express';
import { allow } from './peers.ts';

/** Something that exists, as the lab API shows it: its kind, its id, and what is no secret. */
export type ShownResource = { readonly kind: string; readonly id: string } & Readonly<Record<string, unknown>>;

/**
 * What a service has besides what it follows, for people and tests:
 *
 *     GET /resources   200 { resources: [{ kind, id, … }] }
 */
export const resourceRoutes = (all: () => readonly ShownResource[]): Router =>
  Router().get('/resources', allow('portal', 'tests'), (_req, res) => {
    res.json({ resources: all() });
  });
