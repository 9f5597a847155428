import type { IncomingMessage } from 'node:http';
import { type Answer, refused } from './route.ts';

/** The body of a request as JSON, of so many bytes at most; or why it cannot be read. */
export async function readBody(
  req: IncomingMessage,
  limit: number,
): Promise<{ readonly body: unknown } | { readonly refusal: Answer }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk); // what is too long is read to its end all the same: its sender hears why
  }
  if (length > limit) return { refusal: refused(413, 'RequestBodyTooLarge', 'The request body is too large.') };
  if (length === 0) return { body: undefined };
  try {
    return { body: JSON.parse(Buffer.concat(chunks).toString()) };
  } catch {
    return { refusal: refused(400, 'BadRequest', 'The request body is not JSON.') };
  }
}
