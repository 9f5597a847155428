import { forgetCertificates } from './identity-certificates.ts';
import type { Resources } from './resources.ts';

/** Takes a service principal away, with the certificates that its identity signs with. Role assignments stay. */
export function removePrincipal(resources: Resources, principalId: string): void {
  const principal = resources.find('servicePrincipal', principalId);
  if (!principal) return;
  forgetCertificates(resources, principal.clientId);
  resources.remove('servicePrincipal', principalId);
}
