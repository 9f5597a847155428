import { refuse } from './failures.ts';

/** Names in the case given, and values. Pairs rather than an object: names come from outside, `__proto__` included. */
export type Metadata = readonly (readonly [name: string, value: string])[];

const PREFIX = 'x-ms-meta-';
const LIMIT_BYTES = 8 * 1024;

/**
 * The `x-ms-meta-*` headers of a request, in order. The case of a name is kept, but names are compared without it, and
 * they are C# identifiers in ASCII.
 *
 * @param rawHeaders Names and values in turn, as Node received them: `headers` has lost the case.
 * @throws InvalidMetadata, EmptyMetadataKey, MetadataTooLarge
 */
export function parseMetadata(rawHeaders: readonly string[]): Metadata {
  const metadata: [string, string][] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = rawHeaders[index] ?? '';
    if (!header.toLowerCase().startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    const value = (rawHeaders[index + 1] ?? '').trim();
    if (name === '') throw refuse('EmptyMetadataKey');
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !/^[\x20-\x7e\t]*$/.test(value)) throw refuse('InvalidMetadata');
    if (seen.has(name.toLowerCase())) throw refuse('InvalidMetadata');
    seen.add(name.toLowerCase());
    bytes += name.length + value.length;
    metadata.push([name, value]);
  }
  if (bytes > LIMIT_BYTES) throw refuse('MetadataTooLarge');
  return metadata;
}
