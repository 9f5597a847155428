import type { Clock } from '@lab/shared/clock.ts';
import { type Events, recentEvents } from '@lab/shared/events.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { FaultList } from '@lab/shared/faults/index.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { armFaults } from './domain/faults.ts';
import { feedOf } from './domain/feed.ts';
import { principalsOf } from './domain/principals.ts';
import { noting, settling, writing } from './domain/settle.ts';
import { turnsOf } from './domain/turns.ts';
import type { Parts } from './parts.ts';
import { authorizer, entering, hasRoleInBy, isAllowedBy, refusingDenied, visibleTo } from './routes/authorize.ts';
import { sqliteFollowers } from './store/followers.ts';
import { sqliteOperations } from './store/operations.ts';
import { withPolicy } from './store/policy.ts';
import { sqliteResources } from './store/resources.ts';

/** From what the process gives to what the routes take; the same for the service and for its tests. */
export function composeParts({
  db,
  fabric,
  events = recentEvents('arm'),
  faults = armFaults(),
  ...given
}: {
  db: Database;
  fabric: Pick<FabricClient, 'call'>;
  slots: () => readonly Slot[];
  verifyToken: VerifyToken;
  clock: Clock;
  authorityOrigin: string;
  log: Log;
  events?: Events;
  faults?: FaultList;
}): Parts {
  const { resources: stored, policy } = withPolicy(sqliteResources(db), db);
  const { resources, noted } = noting(stored);
  const feed = feedOf(resources, sqliteFollowers(db));
  const settle = settling(resources, feed);
  const turns = turnsOf(() => resources.life().epoch);
  const writeNow = writing(resources, feed, noted, settle);
  const authorize = authorizer(policy, given.clock);
  const isAllowed = isAllowedBy(policy, given.clock);
  const hasRoleIn = hasRoleInBy(policy);
  return {
    ...given,
    events,
    faults,
    resources,
    feed,
    settle,
    turns,
    write: async (work) => {
      await turns.mine();
      return writeNow(work);
    },
    alone: (work) => turns.alone(() => work(writeNow)),
    authorize,
    isAllowed,
    visible: visibleTo(authorize, isAllowed),
    hasRoleIn,
    enter: entering(policy, given.clock, authorize),
    refuseDenied: refusingDenied(policy, given.clock),
    assignments: policy,
    principals: principalsOf(resources, fabric),
    operations: sqliteOperations(db),
  };
}
