import { randomBytes } from 'node:crypto';
import type { Metadata } from './metadata.ts';
import type { Tags } from './tags.ts';

/** A container as it is now. */
export type Container = {
  readonly name: string;
  /** Quoted, as in the header. */
  readonly etag: string;
  /** Epoch seconds. */
  readonly modified: number;
  readonly metadata: Metadata;
};

/** What a reader's HTTP headers are made of. Absent means that the header is not sent. */
export type HttpProperties = {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** Base64. */
  readonly contentMd5?: string;
};

export type AccessTier = 'Hot' | 'Cool' | 'Cold';

/** What a write decides about a blob, beside its content. */
export type BlobDescription = {
  readonly properties: HttpProperties;
  readonly metadata: Metadata;
  /** Absent: the account's default, `Hot`, which Azure calls inferred. */
  readonly tier?: AccessTier | undefined;
  /** Absent: none. */
  readonly tags?: Tags | undefined;
};

export type Blob = BlobDescription & {
  readonly id: number;
  readonly name: string;
  /** Quoted, as in the header. */
  readonly etag: string;
  /** Epoch seconds; `created` is kept when the blob is overwritten. */
  readonly created: number;
  readonly modified: number;
  readonly size: number;
};

/** Names one blob. `accountId` is the account's ARM id. */
export type ContainerKey = { readonly accountId: string; readonly container: string };
export type BlobKey = ContainerKey & { readonly blob: string };

/** What every write renews. */
export type Stamp = { readonly etag: string; readonly modified: number };

/**
 * A new entity tag in Azure's form, `"0x8D…"`. Random rather than made from the time, because it has to differ from the
 * one before also when two writes fall into one second, before and after a restart.
 */
export const newEtag = (): string => `"0x8D${randomBytes(7).toString('hex').slice(0, 13).toUpperCase()}"`;
