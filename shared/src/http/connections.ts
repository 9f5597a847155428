/**
 * What happens on a connection before an app sees a request, and when it has lost sight of it: malformed requests, peers
 * that fall silent, and answers that nobody gave. All of it is answered in the service's own words, at most once, and no
 * connection stays open for a peer that does nothing.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { closing, type Refusal, type RefusalStatus, refusalBytes } from './refusal.ts';
import { toOriginForm } from './request-target.ts';

/** An app as Express makes it: `unanswered` is called for what it left to nobody, with an error where one was thrown. */
export type App = (req: IncomingMessage, res: ServerResponse, unanswered: (error?: unknown) => void) => unknown;

export type Limits = {
  /** How long a request may take to arrive, body included. 0: as long as bytes come. */
  readonly wholeRequestMs: number;
  /** How long the peer may be silent when it is its turn: sending a request, or taking an answer. */
  readonly silenceMs: number;
  /** How long the rest of a body is waited for that has been answered already. */
  readonly lingerMs: number;
};

/**
 * Puts an app behind a server.
 * @param refusal The service's words.
 */
export function serve(
  server: Server | TlsServer,
  app: App,
  refusal: (status: RefusalStatus) => Refusal,
  { silenceMs, lingerMs }: Limits,
): (req: IncomingMessage, res: ServerResponse) => void {
  /** The last response that was begun on a connection. Responses end in order, so it is also the last one to end. */
  const responses = new WeakMap<Socket, ServerResponse>();
  const refused = new WeakSet<Socket>();
  /** The last request on a connection that was answered before all of it had come. */
  const unread = new WeakMap<Socket, IncomingMessage>();

  const answer = (res: ServerResponse, status: RefusalStatus): void => {
    const words = refusal(status);
    res.writeHead(status, closing(words)).end(words.body);
  };

  const end = (socket: Socket, status: RefusalStatus): void => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // Nobody else listens to a tunnel's socket, and a peer that never closes its side is not waited for.
    socket.on('error', () => {});
    socket.setTimeout(1_000, () => socket.destroy());
    socket.end(refusalBytes(status, refusal(status)));
  };

  /** Refuses what came last on a connection, without a word into an answer that is on its way. */
  const refuse = (socket: Socket, status: RefusalStatus): void => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const res = responses.get(socket);
    const isAnswered = res === undefined || res.writableFinished;
    const isWhole = res === undefined || res.req.complete;
    if (isWhole && isAnswered) end(socket, status);
    else if (isWhole) res?.once('close', () => socket.writable && end(socket, status));
    // A request whose own body is broken. Without a socket its response waits for an earlier one.
    else if (isAnswered || res?.headersSent || res?.socket === null) socket.destroy();
    else end(socket, status);
  };

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.writableEnded && !socket.writableFinished) return; // the last answer is on its way, and ends it
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuse(socket, statusOf(error));
  });
  server.on('connect', (_req, socket: Socket) => refuse(socket, 400));

  server.setTimeout(silenceMs, (socket: Socket) => {
    const res = responses.get(socket);
    if (res?.req.complete && !res.writableFinished) {
      if (socket.writableLength > 0) socket.destroy(); // it takes no more of its answer; else it is our turn
    } else if (res?.writableFinished) {
      socket.destroy(); // kept open for another request; a word now would be taken for the answer to that
    } else {
      refuse(socket, 408);
    }
  });

  /**
   * A peer that is still sending when it has its answer: what it sends is thrown away, for a while. Closing at once would
   * reset the connection, and with it the answer could be lost that the peer has not read yet.
   */
  const linger = ({ req }: ServerResponse<IncomingMessage>): void => {
    const { socket } = req;
    const late = setTimeout(() => req.complete || socket.destroy(), lingerMs);
    req.once('close', () => clearTimeout(late));
    req.resume();
    const isFirst = !unread.has(socket);
    unread.set(socket, req);
    if (!isFirst) return; // a connection may have any number of such requests, one after another
    const destroySoon = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      const last = unread.get(socket);
      if (!last || last.complete) return destroySoon(); // for a later request on this connection
      socket.end();
      last.once('end', () => socket.destroy());
    };
  };

  return (req, res) => {
    responses.set(req.socket, res);
    res.prependOnceListener('finish', () => req.complete || linger(res)); // before Node's own, which closes
    if (!toOriginForm(req)) return answer(res, 400);
    app(req, res, (error) => {
      // An app answers all there is. What reaches this is a failure of its own error handler.
      if (error !== undefined) process.emitWarning(error instanceof Error ? error : String(error));
      if (res.headersSent) res.destroy();
      else answer(res, 500);
    });
  };
}

const statusOf = ({ code }: NodeJS.ErrnoException): RefusalStatus =>
  code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
