/** `id`, `event` and `data` of one message; a bare `id` moves on without anything to tell. */
export type ServerSentEvent = {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data?: string | undefined;
};

/**
 * The messages of an event stream. Comments and fields that the lab does not send are left out; a message that the end of
 * the stream cut off is dropped, as the standard says.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncIterableIterator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const messages = rest.split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) yield parseMessage(message);
  }
}

function parseMessage(message: string): ServerSentEvent {
  let id: string | undefined;
  let event: string | undefined;
  const data: string[] = [];
  for (const line of message.split('\n')) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'id') id = value;
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  return { id, event, data: data.length > 0 ? data.join('\n') : undefined };
}
