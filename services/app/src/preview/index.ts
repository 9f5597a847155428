/**
 * The hole of the exercise `ssrf`: a page of the machine that shows a preview of whatever link it is given, and so asks for
 * the caller what the caller cannot ask: server-side request forgery. It listens while the exercise is on and at no other
 * time; `agent/preview.ts` opens and closes it. Three ways to fetch, each a mistake that is made outside of labs too:
 *
 *     GET /preview?url=…                      a plain GET
 *     GET /proxy?url=…                        passes on the caller's headers, and says for whom it asks
 *     GET /fetch?url=…&header=Name:%20value   with headers that the caller chooses
 *
 * What a request may reach is not decided here: `send` knows the names of the lab and sends nothing anywhere else.
 */
export { type LinkPreview, startLinkPreview } from './link-preview.ts';
export { sendWithinLab } from './send-within-lab.ts';
export type { SendRequest, Sent } from './ways.ts';
