import { z } from 'zod';
import { FLAW_NAMES } from './flaws.ts';

/** Deeper ones are no claims of anybody's, and what writes them as JSON again would run out of stack. */
const MAX_DEPTH = 32;

const members = z
  .record(z.string(), z.unknown())
  .refine((value) => isWithin(value, MAX_DEPTH), `nested deeper than ${MAX_DEPTH} levels`);

const names = z.array(z.string()).max(100);

/** What is changed in a good token. Each field changes one thing, so that a token differs from a good one in one property. */
export const TokenChanges = z.strictObject({
  lifetime: z
    .strictObject({ notBefore: z.int().optional(), expires: z.int().optional() })
    .optional()
    .meta({ description: "Seconds from now, by the lab's clock, instead of the usual ones; `iat` goes with `nbf`." }),
  claims: members.optional().meta({ description: 'Laid over the claims: a foreign `iss`, `tid`, `aud` …' }),
  removeClaims: names.optional(),
  header: members.optional().meta({
    description: 'Laid over the header: `alg` in any case, another `kid`, `jku`, `x5u`, `jwk` …',
  }),
  removeHeader: names.optional(),
  signWith: z
    .enum(['current', 'current-rs512', 'foreign', 'none', 'nothing', 'hmac-public-key', 'embedded-jwk', 'embedded-x5c'])
    .optional()
    .meta({
      description:
        '`current`: the key that is published under the kid; `current-rs512`: the same, as RS512. `foreign`: a key of nobody. ' +
        '`none`: alg none, empty signature; `nothing`: an empty signature, the header as it was. `hmac-public-key`: HS256 with ' +
        "the published key's PEM as secret. `embedded-jwk`, `embedded-x5c`: a key of nobody, which the header brings along.",
    }),
  tamperedClaims: members.optional().meta({ description: 'Laid over the claims after signing.' }),
});
export type TokenChanges = z.infer<typeof TokenChanges>;

/** A good token for a principal and an audience, then changed, then signed, then perhaps changed again. */
export const ForgeRequest = TokenChanges.extend({
  principal: z.string().min(1).max(300).optional().meta({
    description:
      'Name, object id or client id of a managed identity, an application or the operator. A name that two tenants know: `contoso/operator`.',
  }),
  principalId: z.guid().optional().meta({ description: 'Its object id, in place of `principal`.' }),
  audience: z
    .string()
    .min(1)
    .max(2_000)
    .meta({ description: 'The resource, as a client would ask for it: `https://vault.azure.net`, `api://orders`.' }),
  flaw: z
    .enum(FLAW_NAMES)
    .optional()
    .meta({ description: 'One of the classic wrong ways, by name. What else is asked for is laid over it.' }),
})
  .refine(
    ({ principal, principalId }) => (principal === undefined) !== (principalId === undefined),
    'expected either principal or principalId',
  )
  .meta({ description: 'A good token, then changed, then signed, then perhaps changed again.' });
export type ForgeRequest = z.infer<typeof ForgeRequest>;

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1));
}
