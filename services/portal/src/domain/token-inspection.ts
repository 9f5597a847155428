import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { TOKEN_CHECKS } from '@lab/shared/tokens/claims.ts';
import { decodeToken, isOfLab, tenantsNamed } from '@lab/shared/tokens/decode-token.ts';
import { TokenReport } from '@lab/shared/tokens/token-reports.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';
import type { LabState } from './lab-state.ts';

const part = z.record(z.string(), z.unknown());

/** Those that check tokens, in the order of a request for a secret. */
const TOKEN_SERVICES = ['keyvault', 'blob', 'arm', 'graph', 'api'] as const;

export const TokenInspection = z.strictObject({
  header: part,
  claims: part,
  tenant: z
    .strictObject({ tenantId: z.string(), name: z.string() })
    .exactOptional()
    .meta({ description: "The lab's tenant that it names." }),
  signature: z
    .strictObject({
      kid: z.string().exactOptional(),
      key: part.exactOptional().meta({ description: "The key that Entra's JWKS has under this kid." }),
      outcome: z.enum(['passed', 'failed', 'unknown']),
      check: z.string().exactOptional().meta({ description: 'The check that failed, of those up to the signature.' }),
      reason: z.string().exactOptional(),
    })
    .meta({ description: "Against Entra's keys. `unknown`: Entra could not be asked." }),
  services: z.array(TokenReport.extend({ service: z.enum(TOKEN_SERVICES) })),
  unheard: z.array(z.string()).meta({ description: 'Services that could not be asked.' }),
});
export type TokenInspection = z.infer<typeof TokenInspection>;

/**
 * What is in a token, and what each service would say to it.
 * @throws `invalid` NotAToken, ForeignTenant: a token of somebody else's is passed on to nobody. `unavailable` when it cannot
 *   be asked which tenants there are.
 */
export type InspectToken = (token: string) => Promise<TokenInspection>;

export const fabricInspection =
  ({ fabric, resources }: { fabric: Pick<FabricClient, 'call'>; resources: LabState['resources'] }): InspectToken =>
  async (token) => {
    const decoded = decodeToken(token);
    if (!decoded)
      throw invalid('NotAToken', 'That is no JSON Web Token: header, claims and signature, with dots between.');
    const { header, claims } = decoded;
    const tenants = z.array(Tenant).parse(await resources('tenant'));
    const tenantIds = tenants.map(({ tenantId }) => tenantId);
    if (!isOfLab(claims, tenantIds)) {
      throw invalid('ForeignTenant', 'The token is of no tenant of this lab: it is shown to none of its services.');
    }
    const ask = <T extends z.ZodType>(service: 'entra' | 'keyvault' | 'blob' | 'arm' | 'api', answer: T) =>
      answerOf(
        service,
        fabric.call(service, 'POST', '/tokens/checks', { body: { token }, timeoutMs: TIMEOUT_MS }),
        answer,
      ).catch(() => undefined);
    const [keyvault, blob, arm, graph, api] = await Promise.all([
      ask('keyvault', Reports),
      ask('blob', Reports),
      ask('arm', Reports),
      ask('entra', GraphReports),
      ask('api', Reports),
    ]);
    const answers = { keyvault, blob, arm, graph, api };
    const named = tenantsNamed(claims);
    const tenant = tenants.find(({ tenantId }) => named.includes(tenantId.toLowerCase()));
    return {
      header,
      claims,
      ...(tenant && { tenant }),
      signature: signatureOf(header.kid, graph),
      services: TOKEN_SERVICES.flatMap((service) =>
        (answers[service]?.reports ?? []).map((report) => ({ service, ...report })),
      ),
      unheard: TOKEN_SERVICES.filter((service) => answers[service] === undefined),
    };
  };

const TIMEOUT_MS = 3_000;

const Tenant = z.object({ tenantId: z.string(), name: z.string() });
const Reports = z.object({ reports: z.array(TokenReport) });
const GraphReports = Reports.extend({ key: part.optional() });

/** Everybody checks the signature alike, so that what Entra's own Graph said of it is what holds. */
function signatureOf(kid: unknown, graph: z.infer<typeof GraphReports> | undefined): TokenInspection['signature'] {
  const about = {
    ...(typeof kid === 'string' && { kid }),
    ...(graph?.key && { key: graph.key }),
  };
  const checks = graph?.reports[0]?.checks;
  if (!checks) return { ...about, outcome: 'unknown' };
  const failed = checks.find(({ check, outcome }) => outcome === 'failed' && UP_TO_SIGNATURE.includes(check));
  if (!failed) return { ...about, outcome: 'passed' };
  const { check, reason } = failed;
  return { ...about, outcome: 'failed', check, ...(reason !== undefined && { reason }) };
}

const UP_TO_SIGNATURE: readonly string[] = TOKEN_CHECKS.slice(0, TOKEN_CHECKS.indexOf('signature') + 1);

const invalid = (code: string, message: string) => new AzureError({ kind: 'invalid', code, message });
