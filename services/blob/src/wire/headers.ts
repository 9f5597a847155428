import type { Response } from 'express';
import type { Blob, Container } from '../domain/blob.ts';

/** RFC 1123, as `Last-Modified` and lists have it. @param seconds Epoch seconds. */
export const httpDate = (seconds: number): string => new Date(seconds * 1000).toUTCString();

/** Express would add a charset to `Content-Type`; what was stored is sent as it is. */
function setAll(res: Response, headers: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) res.setHeader(name, value);
  }
}

export const setVersionHeaders = (res: Response, { etag, modified }: { etag: string; modified: number }): void =>
  setAll(res, { ETag: etag, 'Last-Modified': httpDate(modified) });

export function setMetadataHeaders(res: Response, { metadata }: Pick<Blob, 'metadata'>): void {
  for (const [name, value] of metadata) res.setHeader(`x-ms-meta-${name}`, value);
}

export function setContainerHeaders(res: Response, container: Container): void {
  setVersionHeaders(res, container);
  setMetadataHeaders(res, container);
  setAll(res, {
    'x-ms-lease-status': 'unlocked',
    'x-ms-lease-state': 'available',
    'x-ms-has-immutability-policy': 'false',
    'x-ms-has-legal-hold': 'false',
    'x-ms-immutable-storage-with-versioning-enabled': 'false',
    'x-ms-default-encryption-scope': '$account-encryption-key',
    'x-ms-deny-encryption-scope-override': 'false',
  });
}

/**
 * What GET and HEAD of a blob say besides its length.
 * @param ranged `Content-MD5` is that of the body, so on part of the blob the stored one has another name.
 */
export function setBlobHeaders(res: Response, blob: Blob, { ranged }: { ranged: boolean }): void {
  const { properties } = blob;
  setVersionHeaders(res, blob);
  setMetadataHeaders(res, blob);
  setAll(res, {
    'Content-Type': properties.contentType ?? 'application/octet-stream',
    'Content-Encoding': properties.contentEncoding,
    'Content-Language': properties.contentLanguage,
    'Content-Disposition': properties.contentDisposition,
    'Cache-Control': properties.cacheControl,
    [ranged ? 'x-ms-blob-content-md5' : 'Content-MD5']: properties.contentMd5,
    'Accept-Ranges': 'bytes',
    'x-ms-creation-time': httpDate(blob.created),
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-lease-status': 'unlocked',
    'x-ms-lease-state': 'available',
    'x-ms-server-encrypted': 'true',
    'x-ms-tag-count': blob.tags?.length ? String(blob.tags.length) : undefined,
  });
}

export function setTierHeaders(res: Response, { tier }: Blob): void {
  setAll(res, { 'x-ms-access-tier': tier ?? 'Hot', 'x-ms-access-tier-inferred': tier ? undefined : 'true' });
}
