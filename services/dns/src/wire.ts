/** Packets: a query out of bytes, and the bytes of what is answered. RFC 1035, section 4; RFC 6891 for EDNS. */
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import type { Question } from './domain/resolve.ts';
import type { Zone } from './domain/zones.ts';

/** A message that is longer than this is no question. Theirs have 12 bytes, a name of at most 255, and some options. */
export const LONGEST_QUERY = 4_096;

/** How long an address may be kept. Short: a deleted vault's name is to be gone. */
const TTL_SECONDS = 1;

/** What EDNS promises to take; nothing that is sent here is longer than the 512 bytes of a client without it. */
const UDP_PAYLOAD = 1_232;

const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** Its upper eight bits travel in the OPT record. */
  BADVERS: 16,
} as const;
export type Rcode = keyof typeof RCODE;

export type Query = {
  readonly id: number;
  readonly question: Question | undefined;
  readonly recursionDesired: boolean;
  /** Whether there was an OPT record, so that one is answered. */
  readonly edns: boolean;
};

/** Bytes as a query; as one that is refused for its form; or undefined for what must not be answered at all. */
export function parseQuery(message: Buffer): { query: Query; refusal?: Rcode } | undefined {
  if (message.length < HEADER_BYTES || message.length > LONGEST_QUERY) return undefined;
  const flags = message.readUInt16BE(2);
  // An answer to an answer could be answered again, and so on.
  if (flags & QR) return undefined;
  const query = { id: message.readUInt16BE(0), recursionDesired: (flags & RECURSION_DESIRED) !== 0 };
  const bare = { ...query, question: undefined, edns: false };
  if (flags & OPCODE) return { query: bare, refusal: 'NOTIMP' };
  // Before it is decoded: this bounds what decoding can cost.
  const counts = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset)) as [number, number, number, number];
  const [questions, answers, authorities, additionals] = counts;
  if (questions !== 1 || answers !== 0 || authorities !== 0 || additionals > 2)
    return { query: bare, refusal: 'FORMERR' };
  const packet = decoded(message);
  const asked = packet?.questions?.[0];
  if (!packet || !asked) return { query: bare, refusal: 'FORMERR' };

  const question = { name: asked.name, type: asked.type, class: asked.class ?? 'IN' };
  const opts = (packet.additionals ?? []).filter((record) => record.type === 'OPT');
  const full = { ...query, question, edns: opts.length > 0 };
  if (opts.length > 1) return { query: full, refusal: 'FORMERR' };
  if (opts[0] && opts[0].ednsVersion > 0) return { query: full, refusal: 'BADVERS' };
  return { query: full };
}

/**
 * A whole packet and nothing after it, whose question is what it looks like: a dot inside a label, or bytes that are no
 * text, would come back as another name than the one that was asked for.
 */
function decoded(message: Buffer): Packet | undefined {
  try {
    const packet = decode(message);
    if (decode.bytes !== message.length) return undefined;
    const question = encode({ questions: packet.questions ?? [] }).subarray(HEADER_BYTES);
    return question.equals(message.subarray(HEADER_BYTES, HEADER_BYTES + question.length)) ? packet : undefined;
  } catch {
    return undefined;
  }
}

/** The name is repeated as it was asked, upper and lower case included: resolvers check that (0x20). */
export const addressResponse = (query: Query, name: string, address: string): Buffer =>
  response(query, 'NOERROR', { answers: [{ type: 'A', name, ttl: TTL_SECONDS, data: address }] });

/** Nothing of this type, or no such name. The SOA record says for how long to believe it: not at all. */
export const negativeResponse = (query: Query, rcode: 'NOERROR' | 'NXDOMAIN', zone: Zone | undefined): Buffer =>
  response(query, rcode, { authorities: [{ type: 'SOA', name: zone?.suffix ?? '.', ttl: 0, data: SOA }] });

export const refusalResponse = (query: Query, rcode: Rcode): Buffer => response(query, rcode, {});

function response(
  { id, question, recursionDesired, edns }: Query,
  rcode: Rcode,
  sections: Pick<Packet, 'answers' | 'authorities'>,
): Buffer {
  const authoritative = rcode === 'NOERROR' || rcode === 'NXDOMAIN' ? AUTHORITATIVE_ANSWER : 0;
  return encode({
    type: 'response',
    id,
    flags: authoritative | (recursionDesired ? RECURSION_DESIRED : 0) | (RCODE[rcode] & 0xf),
    questions: question ? [question as NonNullable<Packet['questions']>[number]] : [],
    ...sections,
    additionals: edns ? [{ ...OPT, extendedRcode: RCODE[rcode] >> 4 }] : [],
  });
}

const HEADER_BYTES = 12;
const QR = 0x8000;
const OPCODE = 0x7800;

const OPT = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_PAYLOAD,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
} as const satisfies Answer & { options: readonly [] };

/** As Azure's own zones have them, but for the times. */
const SOA = {
  mname: 'ns1-01.azure-dns.com',
  rname: 'azuredns-hostmaster.microsoft.com',
  serial: 1,
  refresh: 3_600,
  retry: 300,
  expire: 2_419_200,
  minimum: 0,
};
