import { type Zone, zoneOf } from './zones.ts';

/** A question as it was asked: any case, no dot at the end. Types and classes by their mnemonics, `A`, `IN`. */
export type Question = { readonly name: string; readonly type: string; readonly class: string };

/** What is to be said. `zone` is the one that the name lies in; undefined stands for the root. */
export type Resolution =
  | { readonly outcome: 'address'; readonly zone: Zone }
  /** The name exists, and has nothing of this type. */
  | { readonly outcome: 'no data'; readonly zone: Zone }
  | { readonly outcome: 'no such name'; readonly zone: Zone | undefined }
  | { readonly outcome: 'refused' };

/**
 * What a name is in this lab. A vault or an account that exists has one IPv4 address and nothing else; the suffix itself
 * exists and is empty; every other name in the world does not exist, and is asked of nobody.
 *
 * Refused: what is no question for data of one type, above all transfers of a zone and `ANY`, which would list what there
 * is, and other classes than the internet's.
 * @param exists Whether a vault or an account has this host name, given in lower case.
 * @see https://www.rfc-editor.org/rfc/rfc2308 for the two kinds of no
 * @see https://www.rfc-editor.org/rfc/rfc8482 for ANY
 */
export function resolve(question: Question, exists: (host: string) => boolean): Resolution {
  if (question.class !== 'IN' || NO_DATA_TYPES.has(question.type)) return { outcome: 'refused' };
  // ASCII alone has two cases here (RFC 4343): other letters may become others of it, such as the sign for kelvin.
  const name = question.name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const zone = zoneOf(name);
  if (!zone) return { outcome: 'no such name', zone: undefined };
  if (name === zone.suffix) return { outcome: 'no data', zone };
  if (!exists(name)) return { outcome: 'no such name', zone };
  return { outcome: question.type === 'A' ? 'address' : 'no data', zone };
}

/** Types that only a question has, by their mnemonics in dns-packet: RFC 6895, section 3.1. */
const NO_DATA_TYPES: ReadonlySet<string> = new Set([
  ...['ANY', 'AXFR', 'IXFR', 'OPT', 'TSIG', 'TKEY', 'MAILA', 'MAILB'],
  ...Array.from({ length: 128 }, (_, index) => `UNKNOWN_${128 + index}`),
]);
