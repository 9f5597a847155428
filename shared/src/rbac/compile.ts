/**
 * Role assignments and deny assignments made ready to be asked: scopes cut into segments, patterns and conditions
 * understood. Each is done once, for as long as the object lives: the stores give the same objects again.
 */
import { type Condition, ConditionFault, parseCondition } from './conditions/index.ts';
import type { ActionLists, DenyAssignment, Operation, RoleAssignment } from './decide-access.ts';
import { compiled } from './patterns.ts';
import { segmentsOf } from './scope.ts';

export type ReadyAssignment = {
  readonly principalId: string;
  readonly scope: readonly string[];
  readonly role: ActionLists;
  /** `unreadable`: it was stored and is no condition, so it never holds. */
  readonly condition: Condition | 'unreadable' | undefined;
};

export const readyAssignment = once(
  ({ principalId, scope, role, condition }: RoleAssignment): ReadyAssignment => ({
    principalId: principalId.toLowerCase(),
    scope: segmentsOf(scope),
    role,
    condition: condition === undefined ? undefined : readCondition(condition),
  }),
);

export const readyDenial = once((denial: DenyAssignment) => ({
  scope: segmentsOf(denial.scope),
  principalIds: new Set(denial.principalIds.map((id) => id.toLowerCase())),
  excludedPrincipalIds: new Set(denial.excludedPrincipalIds.map((id) => id.toLowerCase())),
}));

/** What a list of actions minus its exceptions says of an operation. */
export type Reach = 'included' | 'not included' | 'excepted';

const readyLists = once((lists: ActionLists) => ({
  actions: lists.actions.map(compiled),
  notActions: lists.notActions.map(compiled),
  dataActions: lists.dataActions.map(compiled),
  notDataActions: lists.notDataActions.map(compiled),
}));

/** Whether the lists reach an operation. `actions` are never asked about data actions, nor the other way round. */
export function reachOf(lists: ActionLists, operation: Operation): Reach {
  const ready = readyLists(lists);
  const [name, granted, excluded] =
    'action' in operation
      ? [operation.action, ready.actions, ready.notActions]
      : [operation.dataAction, ready.dataActions, ready.notDataActions];
  const action = name.toLowerCase();
  if (!granted.some((matches) => matches(action))) return 'not included';
  return excluded.some((matches) => matches(action)) ? 'excepted' : 'included';
}

function readCondition(text: string): ReadyAssignment['condition'] {
  try {
    return parseCondition(text);
  } catch (error) {
    if (error instanceof ConditionFault) return 'unreadable';
    throw error;
  }
}

function once<T extends object, R>(make: (from: T) => R): (from: T) => R {
  const known = new WeakMap<T, R>();
  return (from) => {
    let result = known.get(from);
    if (result === undefined) {
      result = make(from);
      known.set(from, result);
    }
    return result;
  };
}
