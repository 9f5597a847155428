import type { FlowEvent } from '@lab/shared/events.ts';

/** What was sent, as it would stand on the wire: of headers and parameters those that events have. */
export function requestText({ service, method, host, path, request }: FlowEvent): string {
  if (service === 'dns') return `${path.replace('/', '')} ${host}`;
  const query = Object.entries(request?.query ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    `${method} ${path}${query.length === 0 ? '' : `?${query.join('&')}`} HTTP/1.1`,
    `host: ${host}`,
    ...lines(request?.headers),
  ].join('\n');
}

/** What was answered, likewise. */
export function responseText({ service, status, errorCode, response }: FlowEvent): string {
  if (service === 'dns') return errorCode ?? 'NOERROR';
  return [`HTTP/1.1 ${status}`, ...lines(response?.headers)].join('\n');
}

const lines = (headers: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
