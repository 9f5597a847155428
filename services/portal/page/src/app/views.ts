import { type ComponentType, lazy } from 'react';

export type View = {
  /** In the address: `#/flow`; also the name of its file of texts, whose title the navigation shows. */
  readonly name: string;
  /** A view may look at more of the address: `#/exercises/role`. */
  readonly Component: ComponentType;
};

const view = (name: string, load: () => Promise<{ default: ComponentType }>): View => ({ name, Component: lazy(load) });

/** In the order of the navigation. The first one is shown where the address names none. */
export const VIEWS: readonly View[] = [
  view('start', () => import('../views/start/index.tsx')),
  view('flow', () => import('../views/flow/index.tsx')),
  view('isolation', () => import('../views/isolation/index.tsx')),
  view('tokens', () => import('../views/tokens/index.tsx')),
  view('access', () => import('../views/access/index.tsx')),
  view('faults', () => import('../views/faults/index.tsx')),
  view('console', () => import('../views/console/index.tsx')),
  view('exercises', () => import('../views/exercises/index.tsx')),
  view('quiz', () => import('../views/quiz/index.tsx')),
  view('room', () => import('../views/room/index.tsx')),
];
