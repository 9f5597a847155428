import type { AccessTier, BlobDescription, HttpProperties } from '../domain/blob.ts';
import { checkMd5 } from '../domain/checksums.ts';
import { invalidHeader, refuse } from '../domain/failures.ts';
import { parseMetadata } from '../domain/metadata.ts';
import type { Exchange } from './exchange.ts';

const PROPERTY_HEADERS = {
  contentType: 'x-ms-blob-content-type',
  contentEncoding: 'x-ms-blob-content-encoding',
  contentLanguage: 'x-ms-blob-content-language',
  contentDisposition: 'x-ms-blob-content-disposition',
  cacheControl: 'x-ms-blob-cache-control',
  contentMd5: 'x-ms-blob-content-md5',
} as const satisfies Record<keyof HttpProperties, string>;

/** Standard headers that describe the blob when its content is the body itself. */
const STANDARD_HEADERS: Partial<Record<keyof HttpProperties, string>> = {
  contentType: 'Content-Type',
  contentEncoding: 'Content-Encoding',
  contentLanguage: 'Content-Language',
  cacheControl: 'Cache-Control',
};

/**
 * What a write says about the blob; everything it does not say is reset.
 * @param bodyIsContent Whether `Content-Type` and its like are the blob's (Put Blob) or the XML's (Put Block List).
 * @throws InvalidMetadata and its like, InvalidMd5, InvalidHeaderValue, FeatureNotEnabled
 */
export function parseDescription(exchange: Exchange, { bodyIsContent }: { bodyIsContent: boolean }): BlobDescription {
  const properties = parseProperties(exchange, bodyIsContent);
  return {
    properties: { contentType: 'application/octet-stream', ...properties },
    metadata: parseMetadata(exchange.req.rawHeaders),
    tier: parseTier(exchange.header('x-ms-access-tier')),
    tags: exchange.sent.checked(),
  };
}

/** The six properties as given; an empty object when none is. @throws InvalidMd5 */
export function parseProperties({ header }: Exchange, bodyIsContent = false): HttpProperties {
  const properties: { -readonly [K in keyof HttpProperties]: string } = {};
  for (const name of Object.keys(PROPERTY_HEADERS) as (keyof HttpProperties)[]) {
    const standard = bodyIsContent ? STANDARD_HEADERS[name] : undefined;
    const value = header(PROPERTY_HEADERS[name]) ?? (standard === undefined ? undefined : header(standard));
    if (value !== undefined) properties[name] = value;
  }
  if (properties.contentMd5 !== undefined) checkMd5(properties.contentMd5);
  return properties;
}

function parseTier(value: string | undefined): AccessTier | undefined {
  if (value === undefined) return undefined;
  const tier = (['Hot', 'Cool', 'Cold'] as const).find((known) => known.toLowerCase() === value.toLowerCase());
  if (tier) return tier;
  if (value.toLowerCase() === 'archive') throw refuse('FeatureNotEnabled');
  throw invalidHeader('x-ms-access-tier', value.slice(0, 64));
}
