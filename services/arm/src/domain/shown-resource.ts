import type { ShownResource } from '@lab/shared/fabric/resource-routes.ts';
import { SEEDS } from '@lab/shared/feed/feed.ts';
import type { Kind, Resource } from '@lab/shared/feed/resources.ts';

/** The lab's own bookkeeping; the clock, which has operations of its own; and what is elsewhere, with more of its kind. */
const HIDDEN: readonly Kind[] = ['identityCertificates', 'labClock', ...SEEDS];

/**
 * Members that hold a secret, or its hash, or that can hold one because anybody may write anything into them: values,
 * contents, and what was written through Resource Manager besides.
 */
const NEVER_SHOWN: readonly string[] = ['value', 'content', 'secrets', 'identityHeaderSha256', 'properties'];

/** Undefined for what is not shown: the lab's own bookkeeping, and Azure's own role definitions. */
export function toShownResource({ kind, id, value }: Resource): ShownResource | undefined {
  if (kind === 'identityCertificates' || kind === 'labClock') return undefined;
  if (kind === 'roleDefinition' && value.roleType !== 'CustomRole') return undefined;
  const shown = Object.entries(value).filter(([name]) => !NEVER_SHOWN.includes(name));
  return { ...Object.fromEntries(shown), kind, id };
}

export const isShownKind = (kind: Kind): boolean => !HIDDEN.includes(kind);
