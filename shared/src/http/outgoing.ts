/**
 * How services ask one another: undici's `request`, with an agent that says whom to trust. Only these parts of it are loaded:
 * its index brings a browser's fetch, web sockets, caches and mocks along, which take 4 MiB in every service. Where they lie
 * is undici's own affair, hence the `~` in package.json.
 */
import type { Dispatcher } from 'undici';
import requestWith from 'undici/lib/api/api-request.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';

export { Agent, buildConnector, type Dispatcher };

/** Follows no redirect. Rejects when the connection, the headers or the time given for them fail. */
export function request(
  url: string,
  {
    dispatcher,
    method = 'GET',
    ...options
  }: { dispatcher: Dispatcher } & Partial<Omit<Dispatcher.RequestOptions, 'origin' | 'path'>>,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  return requestWith.call(dispatcher, { ...options, method, origin, path: pathname + search });
}
