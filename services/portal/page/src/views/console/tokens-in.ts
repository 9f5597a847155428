/** A token in an answer, and under which name it was there. */
export type FoundToken = { readonly name: string; readonly token: string; readonly audience?: string | undefined };

const JWT = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/;

/** Tokens in an answer's JSON, such as `access_token`: those at its top, in their order. */
export function tokensIn(body: string): readonly FoundToken[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, token]) =>
    typeof token === 'string' && JWT.test(token) ? [{ name, token, audience: audienceOf(token) }] : [],
  );
}

function audienceOf(token: string): string | undefined {
  try {
    const part = token.split('.')[1] ?? '';
    const { aud } = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as { aud?: unknown };
    return typeof aud === 'string' ? aud : undefined;
  } catch {
    return undefined;
  }
}
