/**
 * The exercises: what each needs, how the lab has to be for it, and how to tell that it was done. A check looks at the lab's
 * state and events and at nothing else. Stories, tasks, hints and the sentences of findings are the page's texts; progress is
 * kept by `domain/exercises.ts`.
 */

import { audience } from './audience.ts';
import { claims } from './claims.ts';
import { clientSecret } from './client-secret.ts';
import type { Exercise } from './exercise.ts';
import { firstToken } from './first-token.ts';
import { imdsFailing } from './imds-failing.ts';
import { keyRotation } from './key-rotation.ts';
import { outside } from './outside.ts';
import { role } from './role.ts';
import { ssrf } from './ssrf.ts';
import { stolenToken } from './stolen-token.ts';
import { systemAssigned } from './system-assigned.ts';
import { tenants } from './tenants.ts';
import { userAssigned } from './user-assigned.ts';

/** In the order in which they are done: that of `EXERCISE_IDS`. */
export const EXERCISES: readonly Exercise[] = [
  firstToken,
  claims,
  role,
  audience,
  systemAssigned,
  userAssigned,
  ssrf,
  outside,
  stolenToken,
  keyRotation,
  tenants,
  clientSecret,
  imdsFailing,
];
