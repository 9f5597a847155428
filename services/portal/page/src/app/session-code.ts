/**
 * The code of a link such as `#/room?code=k7m2x-9qd4f`, and the address without it: what stands in the address bar is seen
 * by who looks over a shoulder or at a projector, and stays in the history.
 */
export function takeCode(hash: string): { readonly code: string | undefined; readonly hash: string } {
  const [view = '', query = ''] = hash.split('?', 2);
  const parameters = new URLSearchParams(query);
  const code = parameters.get('code') ?? undefined;
  parameters.delete('code');
  return { code, hash: parameters.size > 0 ? `${view}?${parameters}` : view };
}

/** The link that signs a participant in. @param address Where they reach the page. */
export const linkOf = (address: string, code: string): string =>
  `${address.trim().replace(/\/+$/, '')}/#/room?code=${encodeURIComponent(code)}`;

/** The lab's token is the trainer's and opens everything, so it is kept nowhere but in the page. */
export const isToken = (code: string): boolean => code.length > 20;
