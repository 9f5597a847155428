import type { Request, Response } from 'express';
import { refuse } from '../domain/failures.ts';
import type { Operation } from '../domain/operation.ts';
import { noTags, parseTagsHeader, type SentTags, sentTags } from '../domain/tags.ts';
import { sendContinue } from '../wire/errors.ts';
import { setVersionHeaders } from '../wire/headers.ts';
import { parseTagsXml, tagsXml } from '../wire/tags.ts';
import { existingContainer, type Handler, refuseLease, sendXml } from './exchange.ts';

/** Ten tags with all their XML fit. */
const BODY_LIMIT = 32 * 1024;

/**
 * What a request says about tags. The body of Set Blob Tags is read before its caller is found entitled to send it:
 * conditions of role assignments ask what is in it.
 * @throws MissingContentLengthHeader, RequestBodyTooLarge
 */
export async function receiveTags(
  req: Request,
  res: Response,
  { name }: Operation,
  header: (name: string) => string | undefined,
): Promise<SentTags> {
  if (name !== 'SetBlobTags') {
    const value = header('x-ms-tags');
    return value === undefined ? noTags : sentTags(() => parseTagsHeader(value));
  }
  const length = req.headers['content-length'];
  if (length === undefined) throw refuse('MissingContentLengthHeader');
  if (Number(length) > BODY_LIMIT) throw refuse('RequestBodyTooLarge', { MaxLimit: String(BODY_LIMIT) });
  sendContinue(res);
  const chunks: Buffer[] = [];
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return sentTags(() => parseTagsXml(body));
}

/** @see https://learn.microsoft.com/rest/api/storageservices/get-blob-tags */
export const getBlobTags: Handler = (exchange) => {
  const { res, key, blobs } = exchange;
  existingContainer(exchange);
  const blob = blobs.find(key);
  if (!blob) throw refuse('BlobNotFound');
  refuseLease(exchange, 'Blob');
  setVersionHeaders(res, blob);
  sendXml(res, tagsXml(blob.tags ?? []));
};

/**
 * Set Blob Tags replaces all of them, and leaves ETag and Last-Modified as they are.
 * @see https://learn.microsoft.com/rest/api/storageservices/set-blob-tags
 */
export const setBlobTags: Handler = (exchange) => {
  const { res, key, blobs, sent } = exchange;
  const tags = sent.checked();
  blobs.setTags(key, tags, () => refuseLease(exchange, 'Blob'));
  res.removeHeader('Content-Length');
  res.statusCode = 204;
  res.end();
};
