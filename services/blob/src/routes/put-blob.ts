import { checkDigests, parseExpectedDigests } from '../domain/checksums.ts';
import { invalidHeader, refuse } from '../domain/failures.ts';
import { type Received, segmentsOf } from '../domain/storage.ts';
import { sendContinue } from '../wire/errors.ts';
import { setVersionHeaders } from '../wire/headers.ts';
import { parseDescription } from './description.ts';
import {
  contentLength,
  type Exchange,
  existingContainer,
  type Handler,
  sendEmpty,
  stamp,
  writeGuard,
} from './exchange.ts';

const MIB = 1024 * 1024;
/** The first version with large uploads. */
const LARGE_SINCE = '2019-12-12';

/**
 * Put Blob of a block blob. Everything that can be known is checked before the body is asked for, and what another
 * writer may have changed meanwhile again when the blob is committed.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-blob
 */
export const putBlob: Handler = async (exchange) => {
  const { req, res, key, header, version, blobs, content } = exchange;
  const type = header('x-ms-blob-type');
  if (type === undefined) throw refuse('MissingRequiredHeader', { HeaderName: 'x-ms-blob-type' });
  if (type === 'AppendBlob' || type === 'PageBlob') throw refuse('FeatureNotEnabled');
  if (type !== 'BlockBlob') throw invalidHeader('x-ms-blob-type', type.slice(0, 64));
  contentLength(exchange, (version >= LARGE_SINCE ? 5000 : 256) * MIB);
  const expected = parseExpectedDigests(header);
  const description = parseDescription(exchange, { bodyIsContent: true });
  const guard = writeGuard(exchange, { creates: true });
  existingContainer(exchange);
  guard(blobs.find(key));

  sendContinue(res);
  const received = await content.receive(req.iterator({ destroyOnReturn: false }));
  const blob = keepOrDiscard(exchange, received, () => {
    const { contentMd5 } = description.properties;
    // The blob's own MD5 wins over that of the body, which here is the same bytes.
    checkDigests({ ...expected, ...(contentMd5 !== undefined && { md5: contentMd5 }) }, received);
    const properties = { ...description.properties, contentMd5: received.md5 };
    const written = blobs.put(key, { ...description, properties, ...stamp(exchange) }, segmentsOf(received), guard);
    content.discard(written.freed);
    return written.blob;
  });

  setVersionHeaders(res, blob);
  res.setHeader('Content-MD5', received.md5);
  res.setHeader('x-ms-content-crc64', received.crc64);
  res.setHeader('x-ms-request-server-encrypted', 'true');
  sendEmpty(res, 201);
};

/** Commits what was received, or removes its file when that is refused. */
export function keepOrDiscard<T>({ content }: Exchange, { file }: Received, commit: () => T): T {
  try {
    return commit();
  } catch (error) {
    if (file !== null) content.discard([file]);
    throw error;
  }
}
