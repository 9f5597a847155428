/**
 * A token as it can be read without any key: its parts, and whose it says it is. Nothing of it is to be believed. Pages use
 * this file too, so that it imports nothing of Node's.
 */
import { ELSEWHERE } from '../forge/flaws.ts';

export type TokenPart = Readonly<Record<string, unknown>>;
export type DecodedToken = { readonly header: TokenPart; readonly claims: TokenPart };

/** Longer ones are no tokens of anybody's; one with some hundred groups has a fourth of it. */
export const MOST_TOKEN_CHARACTERS = 48_000;

/** @returns undefined for what is no JSON Web Token. Its signature may be empty, as that of an unsecured one is. */
export function decodeToken(text: string): DecodedToken | undefined {
  if (text.length > MOST_TOKEN_CHARACTERS) return undefined;
  const [encodedHeader, encodedClaims, signature, ...more] = text.split('.');
  if (!encodedHeader || !encodedClaims || signature === undefined || more.length > 0) return undefined;
  const header = parse(encodedHeader);
  const claims = parse(encodedClaims);
  return header && claims && { header, claims };
}

function parse(encoded: string): TokenPart | undefined {
  if (!/^[\w-]+$/.test(encoded)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const part: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof part === 'object' && part !== null && !Array.isArray(part) ? (part as TokenPart) : undefined;
  } catch {
    return undefined;
  }
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/**
 * The tenants that a token names: in `tid`, and in the path of `iss`, where v1.0 and v2.0 tokens and those of service
 * accounts of a cluster have it. Lower case.
 */
export function tenantsNamed({ iss, tid }: TokenPart): readonly string[] {
  const [inIssuer] = (typeof iss === 'string' && GUID.exec(iss.slice(0, 2_000))) || [];
  const named = [typeof tid === 'string' ? tid : undefined, inIssuer].filter((name) => name !== undefined);
  return [...new Set(named.map((name) => name.toLowerCase()))];
}

/**
 * Whether a token is of the lab, so that the lab may be told of it: it names a tenant of the lab's, whose ids nobody else
 * has, or the one that forged tokens are of where they are to be a stranger's. One that names none is somebody else's.
 * @param tenantIds The lab's.
 */
export function isOfLab(claims: TokenPart, tenantIds: readonly string[]): boolean {
  const known = new Set([...tenantIds.map((id) => id.toLowerCase()), ELSEWHERE]);
  return tenantsNamed(claims).some((id) => known.has(id));
}
