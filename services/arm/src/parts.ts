import type { Clock } from '@lab/shared/clock.ts';
import type { Events } from '@lab/shared/events.ts';
import type { FaultList } from '@lab/shared/faults/index.ts';
import type { Kind } from '@lab/shared/feed/resources.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import type { Feed } from './domain/feed.ts';
import type { Operations } from './domain/operations.ts';
import type { Principals } from './domain/principals.ts';
import type { Resources } from './domain/resources.ts';
import type { Turns } from './domain/turns.ts';
import type { Authorize, HasRoleIn, IsAllowed, Visible } from './routes/authorize.ts';

/** What the routes of Resource Manager are made of. Each file of `routes/` takes what it needs of it. */
export type Parts = {
  readonly resources: Resources;
  readonly feed: Feed;
  /**
   * One write, as every route makes it: all of `work` or nothing, then the followers of the kinds that it changed are told,
   * and waited for, so that the next request to any service sees it.
   */
  readonly write: <T>(work: () => T) => Promise<T>;
  /** Several writes, between which nobody else writes. They are made by what the work is given, not by `write`. */
  readonly alone: <T>(work: (write: Parts['write']) => Promise<T>) => Promise<T>;
  /** Whose turn it is: a life of the lab that begins or is copied goes alone. `write` minds it. */
  readonly turns: Turns;
  /** Waits until those who follow these kinds have applied what is written now; three seconds at most. `write` does it. */
  readonly settle: (...kinds: Kind[]) => Promise<void>;
  /** The first line of every route; throws AuthorizationFailed. */
  readonly authorize: Authorize;
  /** The same question about another scope than the request's, for LinkedAuthorizationFailed and filtered lists. */
  readonly isAllowed: IsAllowed;
  /** What of a list the caller may see; throws AuthorizationFailed when nothing. */
  readonly visible: Visible;
  /** `authorize` for what everybody may know who has a role of any kind in a subscription. */
  readonly enter: Authorize;
  /** For what a request does besides: throws where a deny assignment forbids it. */
  readonly refuseDenied: Authorize;
  readonly hasRoleIn: HasRoleIn;
  /** Role assignments, by principal: what decisions are made from. */
  readonly assignments: Assignments;
  readonly principals: Principals;
  readonly operations: Operations;
  /** Addresses for virtual machines, as `lab.json` has them. */
  readonly slots: () => readonly Slot[];
  readonly verifyToken: VerifyToken;
  readonly clock: Clock;
  readonly events: Events;
  readonly faults: FaultList;
  /** Where tokens come from: named in challenges. */
  readonly authorityOrigin: string;
  readonly log: Log;
};
