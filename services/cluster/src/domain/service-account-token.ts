import { randomUUID } from 'node:crypto';
import { idOf } from '@lab/shared/lab/ids.ts';
import type { Cluster } from '@lab/shared/lab/lab-state.ts';
import jwt from 'jsonwebtoken';
import type { SigningKey } from './signing-key.ts';

export type ServiceAccount = Cluster['serviceAccounts'][number];

/** What Entra takes federated tokens for; what the webhook of workload identity asks the cluster for. */
const AUDIENCE = 'api://AzureADTokenExchange';
/** What the webhook asks for. @see https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html */
export const LIFE_SECONDS = 3_600;

/** Claims of a service account's token. Times are epoch seconds. */
export type Claims = Readonly<Record<string, unknown>> & {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly nbf: number;
  readonly sub: string;
};

/**
 * The claims that Kubernetes (1.32) puts into the token of a pod, in its order. It is bound to the pod and the node, by
 * name and UID.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export function claimsOf(cluster: Cluster, account: ServiceAccount, now: number): Claims {
  const { resourceId, issuer } = cluster;
  const { namespace, name, pod, subject } = account;
  const uidOf = (what: string) => idOf(`${resourceId}/${namespace}/${what}`);
  return {
    aud: [AUDIENCE],
    exp: now + LIFE_SECONDS,
    iat: now,
    iss: issuer,
    jti: randomUUID(),
    'kubernetes.io': {
      namespace,
      node: { name: nodeOf(resourceId), uid: idOf(`${resourceId}#node`) },
      pod: { name: pod, uid: uidOf(`pods/${pod}`) },
      serviceaccount: { name, uid: uidOf(`serviceaccounts/${name}`) },
    },
    nbf: now,
    sub: subject,
  };
}

/** RS256, with `alg` and `kid` in the header and nothing else: Kubernetes sends no `typ`, which a text for payload avoids. */
export const signToken = (claims: Claims, { kid, privateKey }: SigningKey): string =>
  jwt.sign(JSON.stringify(claims), privateKey, { algorithm: 'RS256', keyid: kid });

/** A node as AKS names it: the digits stand for the cluster. */
function nodeOf(resourceId: string): string {
  const digits = String(Number.parseInt(idOf(`${resourceId}#nodepool`).slice(0, 8), 16) % 1e8).padStart(8, '0');
  return `aks-nodepool1-${digits}-vmss000000`;
}
