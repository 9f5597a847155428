import { invalidHeader, refuse } from './failures.ts';

/** Blob index tags, in the order given. Keys are told apart by case. */
export type Tags = readonly (readonly [key: string, value: string])[];

const MOST = 10;

/**
 * Ten at most, keys of 1 to 128 and values of 0 to 256 characters out of a small set, no key twice.
 * @see https://learn.microsoft.com/rest/api/storageservices/set-blob-tags
 */
function areTags(tags: Tags): boolean {
  const keys = new Set(tags.map(([key]) => key));
  return (
    tags.length <= MOST &&
    keys.size === tags.length &&
    tags.every(
      ([key, value]) => key.length >= 1 && key.length <= 128 && isText(key) && value.length <= 256 && isText(value),
    )
  );
}

const isText = (text: string): boolean => /^[A-Za-z0-9 +\-./:=_]*$/.test(text);

/** `x-ms-tags`, which is written like a query. @throws InvalidHeaderValue */
export function parseTagsHeader(header: string | undefined): Tags {
  if (header === undefined) return [];
  const tags = [...new URLSearchParams(header)];
  if (!areTags(tags)) throw invalidHeader('x-ms-tags', header.slice(0, 128));
  return tags;
}

/** What a request says about tags, looked into before it is known whether its caller may. */
export type SentTags = {
  /** Undefined: the request is of a kind that says nothing about them, or says it wrongly. */
  readonly tags: Tags | undefined;
  /** @throws what is wrong with them. */
  readonly checked: () => Tags;
};

export const sentTags = (parse: () => Tags): SentTags => {
  let tags: Tags | undefined;
  try {
    tags = parse();
  } catch {
    tags = undefined; // `checked` says why, to those who may write them
  }
  return { tags, checked: parse };
};

export const noTags: SentTags = { tags: undefined, checked: () => [] };

/** @throws InvalidXmlDocument, when a document says something that tags cannot be. */
export function checkedTags(tags: Tags): Tags {
  if (!areTags(tags)) throw refuse('InvalidXmlDocument');
  return tags;
}
