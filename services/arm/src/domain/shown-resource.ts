import type { Kind, Resource } from '@lab/shared/feed/resources.ts';

/** A resource as the lab API shows it: its kind, its id, and what is no secret. */
export type ShownResource = { readonly kind: Kind; readonly id: string } & Readonly<Record<string, unknown>>;

/** The lab's own bookkeeping. The clock has operations of its own. */
const HIDDEN: readonly Kind[] = ['identityCertificates', 'labClock'];

/**
 * Members that hold a secret, or its hash, or that can hold one because anybody may write anything into them: values,
 * contents, and what was written through Resource Manager besides.
 */
const NEVER_SHOWN: readonly string[] = ['value', 'content', 'secrets', 'identityHeaderSha256', 'properties'];

/** Undefined for what is not shown: the lab's own bookkeeping, and Azure's own role definitions. */
export function toShownResource({ kind, id, value }: Resource): ShownResource | undefined {
  if (HIDDEN.includes(kind)) return undefined;
  if (kind === 'roleDefinition' && value.roleType !== 'CustomRole') return undefined;
  const shown = Object.entries(value).filter(([name]) => !NEVER_SHOWN.includes(name));
  return { ...Object.fromEntries(shown), kind, id };
}

export const isShownKind = (kind: Kind): boolean => !HIDDEN.includes(kind);
