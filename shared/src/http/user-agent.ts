/**
 * How a service of the lab says who it is when it asks another one over an endpoint that is everybody's. Anybody can say so:
 * it is shown to people where nothing better is known of who asked, and nothing is decided by it.
 */
export const userAgentOf = (service: string): string => `${PRODUCT}/${service}`;

const PRODUCT = 'managed-identity-lab';

/** The service that a `User-Agent` names; undefined for everybody else's. */
export const serviceOf = (userAgent: string | undefined): string | undefined =>
  /^managed-identity-lab\/([a-z]{1,32})$/.exec(userAgent ?? '')?.[1];
