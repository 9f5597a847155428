import type { Blob, Container } from '../domain/blob.ts';
import type { Block } from '../domain/block.ts';
import { type AskedPage, type Page, toMarker } from '../domain/list.ts';
import type { Metadata } from '../domain/metadata.ts';
import type { Listed } from '../domain/storage.ts';
import { httpDate } from './headers.ts';
import { tagSetXml } from './tags.ts';
import { DECLARATION, element, isXmlText, optional, type Xml } from './xml.ts';

/** The first version that marks a name as percent-encoded. */
const ENCODED_SINCE = '2021-02-12';

export function containersXml(
  page: Page<Container>,
  { asked, origin, withMetadata }: { asked: AskedPage; origin: string; withMetadata: boolean },
): string {
  const containers = page.entries.flatMap((entry) => ('item' in entry ? [entry.item] : []));
  const list = element(
    'Containers',
    containers.map(({ name, etag, modified, metadata }) =>
      element('Container', [
        element('Name', name),
        element('Properties', [
          element('Last-Modified', httpDate(modified)),
          element('Etag', etag), // quoted here, unquoted in the list of blobs
          element('LeaseStatus', 'unlocked'),
          element('LeaseState', 'available'),
          element('DefaultEncryptionScope', '$account-encryption-key'),
          element('DenyEncryptionScopeOverride', 'false'),
          element('HasImmutabilityPolicy', 'false'),
          element('HasLegalHold', 'false'),
          element('ImmutableStorageWithVersioningEnabled', 'false'),
        ]),
        withMetadata ? metadataXml(metadata) : undefined,
      ]),
    ),
  );
  return enumeration({ ServiceEndpoint: origin }, asked, list, page.next);
}

export function blobsXml(
  page: Page<Listed>,
  {
    asked,
    origin,
    container,
    version,
    withMetadata,
    withTags,
  }: {
    asked: AskedPage;
    origin: string;
    container: string;
    version: string;
    withMetadata: boolean;
    withTags: boolean;
  },
): string {
  const list = element(
    'Blobs',
    page.entries.map((entry) =>
      'prefix' in entry
        ? element('BlobPrefix', [nameXml(entry.prefix, version)])
        : element('Blob', [
            nameXml(entry.item.name, version),
            entry.item.blob ? propertiesXml(entry.item.blob) : UNCOMMITTED,
            withMetadata ? metadataXml(entry.item.blob?.metadata ?? []) : undefined,
            withTags && entry.item.blob?.tags?.length ? tagSetXml(entry.item.blob.tags) : undefined,
            element('OrMetadata'),
          ]),
    ),
  );
  return enumeration({ ServiceEndpoint: origin, ContainerName: container }, asked, list, page.next);
}

export function blockListXml(
  committed: readonly Block[] | undefined,
  uncommitted: readonly Block[] | undefined,
): string {
  const blocks = (name: string, list: readonly Block[] | undefined) =>
    list &&
    element(
      name,
      list.map(({ id, size }) => element('Block', [element('Name', id), element('Size', `${size}`)])),
    );
  const lists = [blocks('CommittedBlocks', committed), blocks('UncommittedBlocks', uncommitted)];
  return DECLARATION + element('BlockList', lists);
}

function enumeration(root: Record<string, string>, asked: AskedPage, list: Xml, next: string | undefined): string {
  const children = [
    optional('Prefix', asked.prefix),
    optional('Marker', asked.marker),
    optional('MaxResults', asked.maxresults),
    optional('Delimiter', asked.delimiter),
    list,
    element('NextMarker', next === undefined ? '' : toMarker(next)),
  ];
  return DECLARATION + element('EnumerationResults', children, root);
}

function propertiesXml(blob: Blob): Xml {
  const { properties } = blob;
  return element('Properties', [
    element('Creation-Time', httpDate(blob.created)),
    element('Last-Modified', httpDate(blob.modified)),
    element('Etag', blob.etag.replaceAll('"', '')),
    element('Content-Length', String(blob.size)),
    element('Content-Type', properties.contentType ?? 'application/octet-stream'),
    element('Content-Encoding', properties.contentEncoding),
    element('Content-Language', properties.contentLanguage),
    element('Content-CRC64'),
    element('Content-MD5', properties.contentMd5),
    element('Cache-Control', properties.cacheControl),
    element('Content-Disposition', properties.contentDisposition),
    element('BlobType', 'BlockBlob'),
    element('AccessTier', blob.tier ?? 'Hot'),
    blob.tier ? undefined : element('AccessTierInferred', 'true'),
    blob.tags?.length ? element('TagCount', String(blob.tags.length)) : undefined,
    element('LeaseStatus', 'unlocked'),
    element('LeaseState', 'available'),
    element('ServerEncrypted', 'true'),
  ]);
}

/** A blob of which only uncommitted blocks are there has neither ETag nor dates. */
const UNCOMMITTED = element('Properties', [element('Content-Length', '0'), element('BlobType', 'BlockBlob')]);

const metadataXml = (metadata: Metadata): Xml =>
  element(
    'Metadata',
    metadata.map(([name, value]) => element(name, value)),
  );

const nameXml = (name: string, version: string): Xml =>
  isXmlText(name) || version < ENCODED_SINCE
    ? element('Name', name)
    : element('Name', encodeURIComponent(name), { Encoded: 'true' });
