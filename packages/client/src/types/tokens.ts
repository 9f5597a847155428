/** Tokens that are forged for tests, the classic ways for one to be wrong, and what is in one that somebody has. */
import type { EventCheck, EventDecision } from './events.ts';

/** A good token for a principal and an audience, then changed, then signed, then perhaps changed again. */
export type ForgeRequest = {
  /**
   * Name, object id or client id of a managed identity, an application or the operator. A name that two tenants know:
   * `contoso/operator`.
   */
  readonly principal: string;
  /** The resource, as a client would ask for it: `https://vault.azure.net`. */
  readonly audience: string;
  /** One of the classic wrong ways, by its name: `alg-none`. `flaws()` lists them. What else is asked for is laid over it. */
  readonly flaw?: FlawName;
  /** Seconds from now, by the lab's clock, instead of the usual ones. `iat` goes with `nbf`. */
  readonly lifetime?: { readonly notBefore?: number; readonly expires?: number };
  /** Laid over the claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly removeClaims?: readonly string[];
  /** Laid over the header. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly removeHeader?: readonly string[];
  /**
   * `current`: the key that is published under the kid; `current-rs512`: the same, as RS512. `foreign`: a key of nobody.
   * `none`: `alg` is none and the signature empty; `nothing`: an empty signature, and the header as it was.
   * `hmac-public-key`: HS256, with the published key's PEM as secret. `embedded-jwk`, `embedded-x5c`: a key of nobody, which
   * the header brings along.
   */
  readonly signWith?:
    | 'current'
    | 'current-rs512'
    | 'foreign'
    | 'none'
    | 'nothing'
    | 'hmac-public-key'
    | 'embedded-jwk'
    | 'embedded-x5c';
  /** Laid over the claims after signing: a token that was tampered with. */
  readonly tamperedClaims?: Readonly<Record<string, unknown>>;
};

/** The token, and what is in it, also where it was tampered with. */
export type ForgedToken = {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** A classic way for a token to be wrong. */
export type Flaw = { readonly name: FlawName; readonly description: string };

export type FlawName =
  | 'alg-none'
  | 'alg-none-mixed-case'
  | 'empty-signature'
  | 'hs256-with-public-key'
  | 'other-algorithm'
  | 'foreign-key'
  | 'unknown-kid'
  | 'no-kid'
  | 'path-as-kid'
  | 'jwk-header'
  | 'x5c-header'
  | 'jku-header'
  | 'x5u-header'
  | 'crit-header'
  | 'tampered-payload'
  | 'expired'
  | 'not-yet-valid'
  | 'no-expiry'
  | 'expiry-as-text'
  | 'wrong-issuer'
  | 'no-issuer'
  | 'issuer-of-other-version'
  | 'wrong-tenant'
  | 'other-tenant'
  | 'no-tenant'
  | 'wrong-audience'
  | 'no-audience'
  | 'no-principal';

/** What is in a token, and what each service would say to it. */
export type TokenInspection = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The lab's tenant that it names. */
  readonly tenant?: { readonly tenantId: string; readonly name: string } | undefined;
  /** Against Entra's keys. */
  readonly signature: {
    readonly kid?: string | undefined;
    /** The key that Entra's JWKS has under this kid. */
    readonly key?: Readonly<Record<string, unknown>> | undefined;
    /** `unknown`: Entra could not be asked. */
    readonly outcome: 'passed' | 'failed' | 'unknown';
    /** The check that failed, of those up to the signature. */
    readonly check?: string | undefined;
    /** Why it failed. */
    readonly reason?: string | undefined;
  };
  readonly services: readonly TokenReport[];
  /** Services that could not be asked. */
  readonly unheard: readonly string[];
};

/** What a service would say to a request that comes with the token. */
export type TokenReport = {
  readonly service: 'keyvault' | 'blob' | 'arm' | 'graph' | 'api';
  /** Name of the vault or the storage account. Absent: there is one for all. */
  readonly resource?: string | undefined;
  /** What a token for it is asked for with. */
  readonly audience: string;
  /** In the order made, up to the one that refuses. */
  readonly checks: readonly EventCheck[];
  /** Whether the token passes every check. A decision comes after that. */
  readonly accepted: boolean;
  /** How the service would answer where it refuses, for the token or for the decision. */
  readonly refusal?:
    | {
        readonly status: number;
        readonly code: string;
        readonly message: string;
        readonly details?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Whether the caller might read there, and what each of its role assignments says. */
  readonly decision?: EventDecision | undefined;
};
