import type { AzureAnswer, AzureRequest, ClockState } from '@managed-identity-lab/client';
import { AzureRefusal, ask } from '../../../api/lab.ts';

/** An application with a secret, as Graph tells of it once. */
export type MadeApplication = {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
  /** ISO 8601, by the lab's clock. */
  readonly endsAt: string;
};

const DISPLAY_NAME = 'nightly-job';
const LIFE_SECONDS = 3_600;

/** What the Azure CLI would do. */
export const commands = ({ clientId, endsAt }: { clientId: string; endsAt: string }): string =>
  [
    `az ad app create --display-name ${DISPLAY_NAME}`,
    `az ad sp create --id ${clientId}`,
    `az ad app credential reset --id ${clientId} --end-date ${endsAt}`,
  ].join('\n');

/** The same request that a client of Entra ID sends with a secret. */
export const tokenRequest = ({ tenantId, clientId, secret }: MadeApplication): string =>
  [
    `curl 'https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token'`,
    `-d 'grant_type=client_credentials'`,
    `-d 'client_id=${clientId}'`,
    `--data-urlencode 'client_secret=${secret}'`,
    `--data-urlencode 'scope=https://vault.azure.net/.default'`,
  ].join(' \\\n  ');

/** An application, its service principal, and a secret that ends in an hour. @throws AzureRefusal, LabError. */
export async function makeApplication(): Promise<MadeApplication> {
  const { now } = await ask<ClockState>('GET', '/clock');
  const endDateTime = new Date((now + LIFE_SECONDS) * 1_000).toISOString().replace('.000', '');
  const application = await graph<{ id: string; appId: string }>('/applications', { displayName: DISPLAY_NAME });
  const { id, appId } = application;
  const principal = await graph<{ appOwnerOrganizationId: string }>('/servicePrincipals', { appId });
  const password = await graph<{ secretText: string; endDateTime: string }>(`/applications/${id}/addPassword`, {
    passwordCredential: { displayName: 'one hour', endDateTime },
  });
  return {
    tenantId: principal.appOwnerOrganizationId,
    clientId: appId,
    secret: password.secretText,
    endsAt: password.endDateTime,
  };
}

async function graph<T>(path: string, body: object): Promise<T> {
  const request: AzureRequest = { api: 'graph', method: 'POST', path: `/v1.0${path}`, body };
  const answer = await ask<AzureAnswer>('POST', '/azure', request);
  if (answer.status < 300) return answer.body as T;
  throw new AzureRefusal(answer);
}
