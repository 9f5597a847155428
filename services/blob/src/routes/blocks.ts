import { createHash } from 'node:crypto';
import type { Blob } from '../domain/blob.ts';
import { type Block, type BlockChoice, checkBlockId, type Segment } from '../domain/block.ts';
import { checkDigests, type Digests, parseExpectedDigests } from '../domain/checksums.ts';
import { checkRead, parseConditions } from '../domain/conditions.ts';
import { Crc64 } from '../domain/crc64.ts';
import { invalidHeader, invalidQuery, refuse } from '../domain/failures.ts';
import { blockListParser } from '../wire/block-list.ts';
import { sendContinue } from '../wire/errors.ts';
import { setVersionHeaders } from '../wire/headers.ts';
import { blockListXml } from '../wire/lists.ts';
import { parseDescription } from './description.ts';
import {
  contentLength,
  type Exchange,
  existingContainer,
  type Handler,
  refuseLease,
  sendEmpty,
  sendNotModified,
  sendXml,
  stamp,
  writeGuard,
} from './exchange.ts';
import { keepOrDiscard } from './put-blob.ts';

const MIB = 1024 * 1024;
/** 50 000 ids of 88 characters with their elements fit. */
const BLOCK_LIST_LIMIT = 8 * MIB;

/**
 * Put Block. The blob neither has to exist nor begins to.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block
 */
export const putBlock: Handler = async (exchange) => {
  const { req, res, key, header, query, version, blocks, content, clock } = exchange;
  const blockId = query.get('blockid');
  if (!blockId) throw refuse('MissingRequiredQueryParameter', { QueryParameterName: 'blockid' });
  checkBlockId(blockId);
  const length = contentLength(exchange, (version >= '2019-12-12' ? 4000 : 100) * MIB);
  if (length === 0) throw invalidHeader('Content-Length', '0');
  const expected = parseExpectedDigests(header);
  existingContainer(exchange);
  refuseLease(exchange, 'Blob');

  sendContinue(res);
  const received = await content.receive(req.iterator({ destroyOnReturn: false }));
  keepOrDiscard(exchange, received, () => {
    checkDigests(expected, received);
    const block = { file: received.file ?? '', size: received.size, blockId };
    content.discard(blocks.add(key, block, clock.now()));
  });
  setChecksum(exchange, received);
  res.setHeader('x-ms-request-server-encrypted', 'true');
  sendEmpty(res, 201);
};

/**
 * Put Block List makes the blob of the blocks named, in that order; all other uncommitted blocks are discarded.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export const putBlockList: Handler = async (exchange) => {
  const { res, key, header, blobs, blocks, content } = exchange;
  contentLength(exchange, BLOCK_LIST_LIMIT);
  const expected = parseExpectedDigests(header);
  const description = parseDescription(exchange, { bodyIsContent: false });
  const guard = writeGuard(exchange, { creates: true });
  existingContainer(exchange);
  guard(blobs.find(key));

  sendContinue(res);
  const { choices, digests } = await receiveBlockList(exchange);
  checkDigests(expected, digests);
  const current = blobs.find(key);
  const segments = choose(choices, current ? blobs.segments(current) : [], blocks.list(key));
  const written = blobs.put(key, { ...description, ...stamp(exchange) }, segments, guard);
  content.discard(written.freed);

  setVersionHeaders(res, written.blob);
  setChecksum(exchange, digests); // of the XML, not of the blob
  res.setHeader('x-ms-request-server-encrypted', 'true');
  sendEmpty(res, 201);
};

/** @see https://learn.microsoft.com/rest/api/storageservices/get-block-list */
export const getBlockList: Handler = (exchange) => {
  const { res, key, query, header, blobs, blocks } = exchange;
  const type = query.get('blocklisttype')?.toLowerCase() || 'committed';
  if (type !== 'committed' && type !== 'uncommitted' && type !== 'all') {
    throw invalidQuery('blocklisttype', type.slice(0, 64), 'Unknown value.');
  }
  const conditions = parseConditions(header);
  existingContainer(exchange);
  const blob = blobs.find(key);
  const uncommitted = blocks.list(key);
  const verdict = checkRead(conditions, blob);
  if (!blob && uncommitted.length === 0) throw refuse('BlobNotFound');
  refuseLease(exchange, 'Blob');
  if (blob) setVersionHeaders(res, blob);
  if (verdict === 'not modified') return sendNotModified(res);
  res.setHeader('x-ms-blob-content-length', blob?.size ?? 0);
  const committed = type === 'uncommitted' ? undefined : committedBlocks(exchange, blob);
  sendXml(res, blockListXml(committed, type === 'committed' ? undefined : uncommitted.map(toBlock)));
};

/** Those that came as blocks: a blob made by Put Blob has none. */
const committedBlocks = ({ blobs }: Exchange, blob: Blob | undefined): readonly Block[] =>
  (blob ? blobs.segments(blob) : []).filter(isBlock).map(toBlock);

const isBlock = (segment: Segment): segment is Segment & { blockId: string } => segment.blockId !== null;

const toBlock = ({ blockId, size }: Segment & { blockId: string }): Block => ({ id: blockId, size });

async function receiveBlockList({ req }: Exchange): Promise<{ choices: readonly BlockChoice[]; digests: Digests }> {
  const parser = blockListParser();
  const md5 = createHash('md5');
  const crc64 = new Crc64();
  let size = 0;
  // A list that is refused halfway must not take the connection along: the client is waiting for the reason.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    crc64.update(chunk);
    size += chunk.length;
    parser.write(chunk);
  }
  return { choices: parser.end(), digests: { size, md5: md5.digest('base64'), crc64: crc64.digest() } };
}

/** @throws InvalidBlockList for an id that is not where the list says. */
function choose(
  choices: readonly BlockChoice[],
  committed: readonly Segment[],
  uncommitted: readonly (Segment & { blockId: string })[],
): readonly Segment[] {
  const byId = (segments: readonly Segment[]) =>
    new Map(segments.filter(isBlock).map((block) => [block.blockId, block]));
  const old = byId(committed);
  const fresh = byId(uncommitted);
  return choices.map(({ from, id }) => {
    const segment =
      (from === 'Committed' ? undefined : fresh.get(id)) ?? (from === 'Uncommitted' ? undefined : old.get(id));
    if (!segment) throw refuse('InvalidBlockList');
    return segment;
  });
}

/** The checksum of a body in the form in which the request gave its own, CRC-64 by default. */
function setChecksum({ res, header }: Exchange, { md5, crc64 }: Digests): void {
  if (header('Content-MD5') === undefined) res.setHeader('x-ms-content-crc64', crc64);
  else res.setHeader('Content-MD5', md5);
}
