import { type ComponentType, lazy } from 'react';

export type View = {
  /** In the address: `#/flow`; also the name of its file of texts, whose title the navigation shows. */
  readonly name: string;
  /** A view may look at more of the address: `#/exercises/role`. */
  readonly Component: ComponentType;
};

const view = (name: string, load: () => Promise<{ default: ComponentType }>): View => ({ name, Component: lazy(load) });

/** In the order of the navigation. The first one is shown where the address names none. */
export const VIEWS: readonly View[] = [view('start', () => import('../views/start/index.tsx'))];
