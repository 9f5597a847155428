import { readFile } from 'node:fs/promises';
import { type Probed, type Sent, sendProbe } from './send-probe.ts';
import { APP_SERVICE_TOKEN, IMDS_TOKEN } from './targets.ts';

/** This machine's own token, or what came of asking for it. */
export type OwnToken = { readonly token: string } | { readonly refused: Probed };

/**
 * The token that this machine gets where it stands: from a token of its service account in a pod, from App Service's endpoint
 * in a function app, from IMDS everywhere else. The order is that of `DefaultAzureCredential`. Asked anew for each audience;
 * never kept.
 */
export async function ownToken(
  audience: string,
  environment: NodeJS.ProcessEnv,
  send: typeof sendProbe = sendProbe,
): Promise<OwnToken> {
  const { read: token, ...answer } = await send(await tokenRequest(audience, environment), accessTokenIn);
  return token === undefined ? { refused: answer } : { token };
}

async function tokenRequest(audience: string, environment: NodeJS.ProcessEnv): Promise<Sent> {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, IDENTITY_HEADER } = environment;
  const query = `&resource=${encodeURIComponent(audience)}`;
  if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_FEDERATED_TOKEN_FILE) {
    const form = {
      grant_type: 'client_credentials',
      client_id: AZURE_CLIENT_ID,
      scope: `${audience}/.default`,
      client_assertion: await readFile(AZURE_FEDERATED_TOKEN_FILE, 'utf8').catch(() => ''),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    return {
      url: `https://login.microsoftonline.com/${encodeURIComponent(AZURE_TENANT_ID)}/oauth2/v2.0/token`,
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    };
  }
  if (IDENTITY_HEADER) return { url: APP_SERVICE_TOKEN + query, headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER } };
  return { url: IMDS_TOKEN + query, headers: { Metadata: 'true' } };
}

function accessTokenIn(body: string, status: number): string | undefined {
  if (status !== 200) return undefined;
  try {
    const { access_token: token } = JSON.parse(body) as { access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
