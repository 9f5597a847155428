import type { Clock } from '@lab/shared/clock.ts';
import type { Cluster } from '@lab/shared/lab/lab-state.ts';
import type { Log } from '@lab/shared/log.ts';
import { needsRenewal, type Projected } from './domain/renewal.ts';
import { claimsOf, type ServiceAccount, signToken } from './domain/service-account-token.ts';
import { generateSigningKey, type SigningKey, type SigningKeys } from './domain/signing-key.ts';
import type { TokenFiles } from './store/token-files.ts';

export type Kubelet = {
  /** Looks at every pod: who has no token gets one, who has an old one a new one, who has gone loses it. */
  look(): Promise<void>;
  /** A new key for an issuer, and a token that is signed with it for each of its pods. @returns its `kid`. */
  rotate(issuer: string): Promise<string>;
  clusters(): readonly Cluster[];
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  /** Pods that have a token, of how many. Undefined while it is not known which there are. */
  progress(): { readonly pods: number; readonly projected: number } | undefined;
};

type TokenOfPod = Projected & {
  readonly kid: string;
  /** Whose it is; another service account in the lab file makes another token. */
  readonly of: string;
};

/**
 * Keeps the tokens of pods fresh, and makes the keys of issuers. What it knows of tokens ends with the process: the next
 * one writes new ones.
 *
 * Deviation: a new key renews the tokens of all pods at once; in AKS pods are restarted for that.
 * @see https://learn.microsoft.com/azure/aks/use-oidc-issuer#rotate-the-oidc-key
 */
export function kubelet({
  read,
  keys,
  files,
  clock,
  log,
}: {
  /** What the lab file declares. Throws where there is no such file yet. */
  read: () => readonly Cluster[];
  keys: SigningKeys;
  files: TokenFiles;
  clock: Clock;
  log: Log;
}): Kubelet {
  const tokens = new Map<string, TokenOfPod>();
  let clusters: readonly Cluster[] | undefined;
  /** One at a time: two looks could make two keys for a new issuer. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work);
    queue = turn.catch(() => {});
    return turn;
  };

  const signingKeyOf = async ({ issuer }: Cluster): Promise<SigningKey> => {
    const [known] = keys.of(issuer);
    if (known) return known;
    const key = await generateSigningKey();
    keys.add(issuer, key);
    return key;
  };

  const project = (cluster: Cluster, account: ServiceAccount, key: SigningKey): void => {
    const now = clock.now();
    const { pod } = account;
    const of = `${cluster.issuer} ${account.subject}`;
    const known = tokens.get(pod);
    if (known && known.of === of && known.kid === key.kid && !needsRenewal(known, now)) return;
    const claims = claimsOf(cluster, account, now);
    files.write(pod, signToken(claims, key));
    tokens.set(pod, { of, kid: key.kid, iat: claims.iat, exp: claims.exp });
    log.info({ pod, subject: claims.sub, expires: claims.exp }, 'the token of a pod is written');
  };

  const look = async (): Promise<void> => {
    clusters = read();
    const pods = clusters.flatMap(({ serviceAccounts }) => serviceAccounts.map(({ pod }) => pod));
    files.keepOnly(pods);
    for (const pod of tokens.keys()) if (!pods.includes(pod)) tokens.delete(pod);
    for (const cluster of clusters) {
      const key = await signingKeyOf(cluster);
      for (const account of cluster.serviceAccounts) project(cluster, account, key);
    }
  };

  return {
    look: () => inTurn(look),
    rotate: (issuer) =>
      inTurn(async () => {
        const key = await generateSigningKey();
        keys.add(issuer, key);
        await look();
        return key.kid;
      }),
    clusters: () => clusters ?? [],
    settled: () => queue.then(() => {}),
    progress: () =>
      clusters && {
        pods: clusters.reduce((sum, { serviceAccounts }) => sum + serviceAccounts.length, 0),
        projected: tokens.size,
      },
  };
}
