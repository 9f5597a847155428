import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who called, from a token that was verified. */
export type ManagedIdentity = {
  /** Object id of the service principal: `oid`. */
  readonly principalId: string;
  /** `appid` of a v1.0 token, `azp` of a v2.0 token. */
  readonly clientId: string;
  readonly tenantId: string;
  /** Values of the app roles that it has in this API. */
  readonly roles: readonly string[];
  /** ARM id of the identity, where the token says it: Entra does so in tokens for services of Azure. */
  readonly resourceId?: string;
  /** All claims of the token. */
  readonly claims: Readonly<Record<string, unknown>>;
};

/** Where tokens of the lab come from, if its environment does not say it. */
export type LabOptions = {
  /** Origin of the lab's Entra. Default: `AZURE_AUTHORITY_HOST`, or `https://login.microsoftonline.com`. */
  readonly authority?: string | undefined;
  /** PEM of the lab's certificate authority. Default: the one among the certificates of `NODE_EXTRA_CA_CERTS`. */
  readonly ca?: string | undefined;
};

export type ManagedIdentityOptions = {
  /**
   * What tokens have to be for, compared exactly: the Application ID URI, such as `api://orders-api`, in v1.0 tokens; the
   * client id of the API's app registration in v2.0 tokens.
   */
  readonly audience: string | readonly string[];
  /** App roles of which the caller has to have one. Absent: whoever gets a token of the tenant for this API is let in. */
  readonly roles?: readonly string[];
  /** The tenants whose identities may call, as GUIDs. Default: `AZURE_TENANT_ID`. */
  readonly tenant?: string | readonly string[] | undefined;
  /** Accept tokens of the managed identity lab, and of nobody else. Absent or false: of the real Entra, and of nobody else. */
  readonly lab?: boolean | LabOptions | undefined;
  /** For tests: the time in epoch seconds. Default: the system's; with `lab` the lab's, which may have been moved. */
  readonly clock?: { now(): number } | undefined;
  /** Told how each request was decided, before it is answered. Holds no token. What it throws is not caught. */
  readonly onDecision?: ((decision: Decision, req: IncomingMessage, res: ServerResponse) => void) | undefined;
};

/** How a request was decided. */
export type Decision = {
  /** 200 stands for: let through. */
  readonly status: 200 | 400 | 401 | 403 | 503;
  /** Of the answer, where it was refused: `TokenMissing`, `InvalidToken`, `RoleMissing` … */
  readonly code?: string;
  /** The check that refused: `signature`, `audience`, `expiry`, `app-only`, `role` … */
  readonly check?: string;
  readonly reason?: string;
  /** Who called, once that was certain: also where a role was missing. */
  readonly identity?: ManagedIdentity;
};

/** A request that may have passed the middleware. */
export type WithManagedIdentity = { managedIdentity?: ManagedIdentity };

/** Middleware as Express takes it, of version 4 or 5. */
export type ManagedIdentityMiddleware = {
  (req: IncomingMessage & WithManagedIdentity, res: ServerResponse, next: (error?: unknown) => void): void;
  /** Drops the keys and the connections that they were fetched by. No request is let through after that. */
  close(): void;
};

declare global {
  namespace Express {
    interface Request {
      /** Who called: there behind `requireManagedIdentity`. */
      managedIdentity?: ManagedIdentity;
    }
  }
}
