/** A token that a pod has. Times are epoch seconds. */
export type Projected = { readonly iat: number; readonly exp: number };

/**
 * Whether the kubelet gets a new token for a pod: when four fifths of its life are over, or when it comes from the future,
 * which means that the clock was set back.
 *
 * Deviation: the kubelet adds up to ten seconds at random, so that many pods do not ask at once.
 * @see https://github.com/kubernetes/kubernetes, pkg/kubelet/token/token_manager.go, `requiresRefresh`
 */
export const needsRenewal = ({ iat, exp }: Projected, now: number): boolean =>
  now < iat || now > exp - Math.floor((exp - iat) / 5);
