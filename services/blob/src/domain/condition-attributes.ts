import type { Query } from '@lab/shared/http/request.ts';
import { ATTRIBUTE, type Attributes, attributesOf, environmentAt } from '@lab/shared/rbac/conditions/index.ts';
import type { Account } from './account.ts';
import type { Operation } from './operation.ts';
import { takesTags } from './request-rights.ts';
import type { Tags } from './tags.ts';

export type Asked = {
  readonly account: Account;
  readonly operation: Operation;
  readonly query: Query;
  readonly header: (name: string) => string | undefined;
  /** Empty where the request names none. */
  readonly container: string;
  readonly blob: string;
  /** Of the blob as it is stored; undefined when there is none. Asked only when a condition is about tags. */
  readonly storedTags: () => Tags | undefined;
  /** What the request says about tags; undefined when it is of a kind that does not. */
  readonly sentTags: Tags | undefined;
  /** Epoch seconds. */
  readonly now: number;
};

/**
 * What the conditions of role assignments can ask for about a request.
 * @see https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-attributes
 */
export function conditionAttributes(asked: Asked): Attributes {
  const { account, operation, query, container, blob, storedTags, sentTags, now } = asked;
  const given = (name: string): string | undefined => query.get(name) || undefined;
  const [snapshot, versionId] = [given('snapshot'), given('versionid')];
  const prefix = operation.name === 'ListBlobs' ? given('prefix') : undefined;
  return attributesOf({
    Resource: {
      [ATTRIBUTE.accountName]: account.name,
      [ATTRIBUTE.isHnsEnabled]: account.properties?.isHnsEnabled === true,
      [ATTRIBUTE.containerName]: container || undefined,
      ...(blob !== '' && {
        [ATTRIBUTE.blobPath]: blob,
        [ATTRIBUTE.isCurrentVersion]: snapshot === undefined && versionId === undefined,
        [ATTRIBUTE.tag]: storedTags,
      }),
    },
    Request: {
      [ATTRIBUTE.prefix]: prefix,
      [ATTRIBUTE.snapshot]: snapshot,
      [ATTRIBUTE.versionId]: versionId,
      [ATTRIBUTE.tag]: () => sentTags,
    },
    Environment: environmentAt(now),
  });
}

/** Names by which conditions tell apart operations that need the same right. */
export function subOperationsOf({ operation, header }: Pick<Asked, 'operation' | 'header'>): readonly string[] {
  const { name } = operation;
  if (name === 'ListBlobs') return ['Blob.List'];
  if (name === 'SetBlobTier') return ['Blob.Write.Tier'];
  if (takesTags(operation) && header('x-ms-tags') !== undefined) return ['Blob.Write.WithTagHeaders'];
  if (header('x-ms-if-tags') !== undefined) return ['Blob.Read.WithTagConditions'];
  return [];
}
