import { createHash } from 'node:crypto';
import type { Blob } from '../domain/blob.ts';
import { checkRead, parseConditions } from '../domain/conditions.ts';
import { Crc64 } from '../domain/crc64.ts';
import { invalidHeader, refuse } from '../domain/failures.ts';
import { type ByteRange, parseRange } from '../domain/range.ts';
import { setBlobHeaders, setMetadataHeaders, setTierHeaders, setVersionHeaders } from '../wire/headers.ts';
import { type Exchange, existingContainer, type Handler, refuseLease, sendEmpty, sendNotModified } from './exchange.ts';

/** The largest range whose checksum is computed on the way out. */
const CHECKSUM_LIMIT = 4 * 1024 * 1024;

/**
 * Get Blob: always with `Content-Length`, never encoded on the way. A reader keeps the version that it began with,
 * whatever is written meanwhile.
 * @see https://learn.microsoft.com/rest/api/storageservices/get-blob
 */
export const getBlob: Handler = async (exchange) => {
  const { res, header, blobs, content } = exchange;
  const blob = blobToRead(exchange);
  if (!blob) return;
  const range = parseRange({ msRange: header('x-ms-range'), range: header('Range') }, blob.size);
  if (range === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${blob.size}`);
    throw refuse('InvalidRange');
  }
  const checksum = askedChecksum(exchange, range);
  const { start, end } = range ?? { start: 0, end: blob.size };
  // In one go with the look-up above: a write cannot come in between, and from here on the files stay.
  const held = content.hold(end > start ? blobs.pieces(blob, { start, end }) : []);
  try {
    const bytes = checksum && (await held.bytes());
    if (bytes) {
      const [name, value] = checksum === 'md5' ? ['Content-MD5', md5(bytes)] : ['x-ms-content-crc64', crc64(bytes)];
      res.setHeader(name, value);
    }
    setBlobHeaders(res, blob, { ranged: range !== undefined });
    if (range) res.setHeader('Content-Range', `bytes ${start}-${end - 1}/${blob.size}`);
    res.setHeader('Content-Length', end - start);
    res.statusCode = range ? 206 : 200;
    if (bytes) res.write(bytes);
    else await held.writeTo(res);
    res.end();
  } finally {
    held.close();
  }
};

/** @see https://learn.microsoft.com/rest/api/storageservices/get-blob-properties */
export const getBlobProperties: Handler = (exchange) => {
  const blob = blobToRead(exchange);
  if (!blob) return;
  setBlobHeaders(exchange.res, blob, { ranged: false });
  setTierHeaders(exchange.res, blob);
  exchange.res.setHeader('Content-Length', blob.size);
  exchange.res.end();
};

/** @see https://learn.microsoft.com/rest/api/storageservices/get-blob-metadata */
export const getBlobMetadata: Handler = (exchange) => {
  const blob = blobToRead(exchange);
  if (!blob) return;
  setVersionHeaders(exchange.res, blob);
  setMetadataHeaders(exchange.res, blob);
  sendEmpty(exchange.res, 200);
};

/** The blob, or undefined when the answer was a 304. @throws ContainerNotFound, BlobNotFound, ConditionNotMet */
function blobToRead(exchange: Exchange): Blob | undefined {
  const { res, key, header, blobs } = exchange;
  const conditions = parseConditions(header);
  existingContainer(exchange);
  const blob = blobs.find(key);
  const verdict = checkRead(conditions, blob);
  if (!blob) throw refuse('BlobNotFound');
  refuseLease(exchange, 'Blob');
  if (verdict === 'go ahead') return blob;
  setVersionHeaders(res, blob);
  sendNotModified(res);
  return undefined;
}

/** @throws InvalidHeaderValue, OutOfRangeInput */
function askedChecksum({ header }: Exchange, range: ByteRange | undefined): 'md5' | 'crc64' | undefined {
  const asked = (['md5', 'crc64'] as const).filter(
    (name) => header(`x-ms-range-get-content-${name}`)?.toLowerCase() === 'true',
  );
  const [first] = asked;
  if (first === undefined) return undefined;
  if (!range || asked.length > 1) throw invalidHeader(`x-ms-range-get-content-${first}`, 'true');
  if (range.end - range.start > CHECKSUM_LIMIT) throw refuse('OutOfRangeInput');
  return first;
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('base64');

function crc64(bytes: Buffer): string {
  const sum = new Crc64();
  sum.update(bytes);
  return sum.digest();
}
