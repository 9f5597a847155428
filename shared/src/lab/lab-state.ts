/** Files that `pki` writes for the other parts of the lab, each described once for its writer and its readers. */
import { z } from 'zod';
import type { Resource } from '../feed/resources.ts';

/** A place for a virtual machine on the network `vm`. */
export const Slot = z.object({
  address: z.ipv4(),
  /** The virtual machine that has this place because a container of the lab plays it; absent where the place is free. */
  name: z.string().optional(),
});
export type Slot = z.infer<typeof Slot>;

/**
 * `arm/lab.json`: what the lab file declares, where virtual machines can be, and the managed clusters, which are the
 * topology's like these.
 */
export type LabJson = {
  readonly resources: readonly Resource[];
  readonly slots: readonly Slot[];
  readonly clusters: readonly Cluster[];
};

/** A managed cluster, and what runs in it. */
export const Cluster = z.object({
  name: z.string(),
  /** ARM id. */
  resourceId: z.string(),
  tenantId: z.guid(),
  /** `iss` of its service account tokens; ends with a slash, as in AKS. */
  issuer: z.url(),
  serviceAccounts: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      /** Host name of the container that plays the pod. */
      pod: z.string(),
      /** `sub` of its tokens. */
      subject: z.string(),
      /** Of the user-assigned identity that the pod is meant to be. */
      clientId: z.guid(),
    }),
  ),
});
export type Cluster = z.infer<typeof Cluster>;

/** `cluster/cluster.json`: the managed clusters of the lab and what runs in them. */
export const ClusterJson = z.object({ clusters: z.array(Cluster) });
export type ClusterJson = z.infer<typeof ClusterJson>;

/** An app registration that the lab file declares, as the API behind it is configured with it. */
export const ApiApplication = z.object({
  name: z.string(),
  tenantId: z.guid(),
  clientId: z.guid(),
  identifierUris: z.array(z.string()),
});
export type ApiApplication = z.infer<typeof ApiApplication>;

/** `api/api.json`: the app registrations of all tenants. */
export const ApiJson = z.object({ applications: z.array(ApiApplication) });
export type ApiJson = z.infer<typeof ApiJson>;

/** `operator/credentials.json`: the person at the keyboard, one service principal per tenant, in the order of the lab file. */
export const OperatorCredentials = z.array(
  z.object({
    tenantId: z.guid(),
    tenantName: z.string(),
    clientId: z.guid(),
    clientSecret: z.string(),
    subscriptions: z.array(z.object({ subscriptionId: z.guid(), name: z.string() })),
    /** Epoch seconds. */
    issuedAt: z.number().int(),
    expiresOn: z.number().int(),
  }),
);
export type OperatorCredentials = z.infer<typeof OperatorCredentials>;
