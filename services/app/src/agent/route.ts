/**
 * What a route of the agent is: a file of its own beside this one, listed in `agent.ts`. The server finds it by path and
 * method, reads its body where it has one, and sends what it answers.
 */

export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** How many bytes of JSON it reads. Absent: none, and what is sent means nothing. */
  readonly bodyLimit?: number;
  answer(asked: Asked): Promise<Answer>;
};

export type Asked = {
  /** The body, parsed; undefined where there is none. */
  readonly body: unknown;
  /** What the caller wants to read: the header `Accept`. */
  readonly accept: string;
};

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body: lines of JSON, each sent when it is told. */
  readonly tell?: (line: (value: unknown) => void) => Promise<void>;
  /** Called when the answer is on its way. */
  readonly afterwards?: () => void;
};

export const LINES = 'application/x-ndjson';

export const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
