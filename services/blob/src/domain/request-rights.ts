import type { Query } from '@lab/shared/http/request.ts';
import { includedIn } from './list.ts';
import { dataAction, type Operation } from './operation.ts';

/**
 * The operation with the rights that this request of it needs: a version of a blob is deleted by another right than the
 * blob, and whoever reads or writes tags along with something else needs the right to the tags as well. Data Contributor
 * has neither.
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 */
export function withRightsFor(
  operation: Operation,
  { query, header }: { query: Query; header: (name: string) => string | undefined },
): Operation {
  const { name } = operation;
  if (name === 'DeleteBlob') {
    if (query.get('deletetype')?.toLowerCase() === 'permanent') {
      return { ...operation, rights: dataAction('permanentDelete/action') };
    }
    if (query.get('versionid')) return { ...operation, rights: dataAction('deleteBlobVersion/action') };
  }
  if (name === 'ListBlobs' && includedIn(query).includes('tags'))
    return { ...operation, also: dataAction('tags/read') };
  if (takesTags(operation) && header('x-ms-tags') !== undefined) {
    return { ...operation, also: dataAction('tags/write') };
  }
  return operation;
}

/** Whether an operation writes a blob with the tags of `x-ms-tags`. */
export const takesTags = ({ name }: Operation): boolean => ['PutBlob', 'PutBlockList', 'CopyBlob'].includes(name);
