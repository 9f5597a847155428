/** The lab's Azure as its operator sees it: requests to its control planes, and who may do what there. */
import type { EventDecision } from './events.ts';

/** One request to Azure, as the operator of the lab would send it. */
export type AzureRequest = {
  /** Resource Manager where it is absent, or Microsoft Graph. */
  readonly api?: 'arm' | 'graph' | undefined;
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** With its query: `/subscriptions/…?api-version=…`, `/v1.0/applications`. */
  readonly path: string;
  readonly body?: unknown;
  /** Whose operator asks, by name or id. Absent: the subscription's, otherwise the first tenant's. */
  readonly tenant?: string | undefined;
};

/** What Azure answered, refusals included. */
export type AzureAnswer = {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/**
 * What somebody might do: with a data action, such as `Microsoft.KeyVault/vaults/secrets/getSecret/action`, or an action of
 * the control plane, such as `Microsoft.KeyVault/vaults/read`.
 */
export type AccessQuestion = { readonly resourceId: string } & (
  | { readonly dataAction: string }
  | { readonly action: string }
);

/** Whether a principal may do that, with the decision that says why. */
export type PrincipalAccess = {
  readonly principalId: string;
  readonly clientId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Empty where nobody knows it. */
  readonly displayName: string;
  readonly kind: 'systemAssigned' | 'userAssigned' | 'application' | 'operator' | 'unknown';
  readonly allowed: boolean;
  /**
   * `otherTenant`: its tokens are refused, whatever roles it has. `unknown`: only role assignments know it, as after the
   * deletion of an identity.
   */
  readonly reason: 'granted' | 'notGranted' | 'denied' | 'otherTenant' | 'unknown';
  readonly decision: EventDecision;
};
