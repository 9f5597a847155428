import type { Note } from '@lab/shared/event-words.ts';
import type { Events } from '@lab/shared/events.ts';
import type { Clients } from './domain/clients.ts';
import { resolve } from './domain/resolve.ts';
import type { Zone } from './domain/zones.ts';
import { addressResponse, negativeResponse, parseQuery, type Query, type Rcode, refusalResponse } from './wire.ts';

export type NameServerParts = {
  /** Whether a vault or an account has this host name, given in lower case. */
  readonly exists: (host: string) => boolean;
  /** Whether it is known which names there are. */
  readonly isSynced: () => boolean;
  /** Where a zone's service is; undefined when that cannot be found out. */
  readonly addressOf: (zone: Zone) => Promise<string | undefined>;
  readonly clients: Clients;
  readonly events: Events;
};

/** One message in, one out; undefined is silence. Never rejects. */
export type NameServer = (
  message: Buffer,
  from: { address: string; transport: 'UDP' | 'TCP' },
) => Promise<Buffer | undefined>;

/**
 * Answers for the names of this lab, and for no other: there is no way in here that leads to another name server.
 * A stranger to the subnet gets silence, as does what is no query; everybody else gets an answer, whatever was sent.
 */
export function nameServer({ exists, isSynced, addressOf, clients, events }: NameServerParts): NameServer {
  const answer = async ({ query, refusal }: { query: Query; refusal?: Rcode }): Promise<[Rcode, Buffer]> => {
    const { question } = query;
    const refuse = (rcode: Rcode): [Rcode, Buffer] => [rcode, refusalResponse(query, rcode)];
    if (refusal !== undefined || !question) return refuse(refusal ?? 'FORMERR');
    const resolution = resolve(question, exists);
    if (resolution.outcome === 'refused') return refuse('REFUSED');
    // A name that nobody has told of yet may well exist: to be asked again.
    if (resolution.zone && !isSynced()) return refuse('SERVFAIL');
    if (resolution.outcome === 'no such name')
      return ['NXDOMAIN', negativeResponse(query, 'NXDOMAIN', resolution.zone)];
    if (resolution.outcome === 'no data') return ['NOERROR', negativeResponse(query, 'NOERROR', resolution.zone)];
    const address = await addressOf(resolution.zone);
    return address === undefined ? refuse('SERVFAIL') : ['NOERROR', addressResponse(query, question.name, address)];
  };

  return async (message, { address, transport }) => {
    const started = performance.now();
    const record = (status: number, asked: Query['question'], details: { errorCode?: string; note?: Note }) =>
      events.add({
        at: new Date().toISOString(),
        durationMs: Math.round((performance.now() - started) * 10) / 10,
        remoteAddress: address,
        method: transport,
        host: (asked?.name ?? '').slice(0, 255),
        path: asked ? `/${asked.type}` : '/',
        status,
        operation: 'ResolveName',
        ...details,
      });
    if (!clients(address)) {
      record(403, undefined, { errorCode: 'Dropped', note: 'not from the subnet of the lab' });
      return undefined;
    }
    const parsed = parseQuery(message);
    if (!parsed) {
      record(400, undefined, { errorCode: 'Dropped', note: 'not a query' });
      return undefined;
    }
    const [rcode, response] = await answer(parsed);
    record(HTTP_STATUS[rcode], parsed.query.question, rcode === 'NOERROR' ? {} : { errorCode: rcode });
    return response;
  };
}

/** What comes closest, for events are read next to those of services that speak HTTP. */
const HTTP_STATUS: Readonly<Record<Rcode, number>> = {
  NOERROR: 200,
  FORMERR: 400,
  BADVERS: 400,
  REFUSED: 403,
  NXDOMAIN: 404,
  NOTIMP: 501,
  SERVFAIL: 503,
};
