import { Router } from 'express';
import { z } from 'zod';
import { AzureError } from '../azure-error.ts';
import type { CheckMade, DecisionMade } from '../events.ts';
import { allow } from '../fabric/peers.ts';
import { STATUS } from '../http/status.ts';
import { checksMade } from './checks-made.ts';
import { type AccessToken, TokenFailure } from './claims.ts';
import { MOST_TOKEN_CHARACTERS } from './decode-token.ts';

/** What a service would say to a request that comes with a token. */
export const TokenReport = z.strictObject({
  resource: z
    .string()
    .exactOptional()
    .meta({ description: 'Name of the vault or the account. Absent: there is one for all.' }),
  audience: z.string().meta({ description: 'What a token for it is asked for with.' }),
  checks: z
    .array(
      z.strictObject({ check: z.string(), outcome: z.enum(['passed', 'failed']), reason: z.string().exactOptional() }),
    )
    .meta({ description: 'In the order made, up to the one that refuses.' }),
  accepted: z.boolean().meta({ description: 'Whether the token passes every check. A decision comes after that.' }),
  refusal: z
    .strictObject({
      status: z.int(),
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional()
    .meta({ description: 'How it would answer where it refuses, for the token or for the decision.' }),
  decision: z
    .strictObject({
      operation: z.string(),
      resourceId: z.string(),
      grantedBy: z.string().nullable(),
      considered: z.array(
        z.strictObject({
          assignmentId: z.string(),
          roleName: z.string(),
          scope: z.string(),
          verdict: z.string(),
          condition: z.string().exactOptional(),
        }),
      ),
      leftOut: z.number().exactOptional(),
    })
    .exactOptional()
    .meta({ description: 'Whether the caller might read there, and what each of its role assignments says.' }),
});
export type TokenReport = z.infer<typeof TokenReport>;

/** As many vaults or accounts as a person compares. */
export const MOST_REPORTS = 20;

const Question = z.strictObject({ token: z.string().max(MOST_TOKEN_CHARACTERS) });

/**
 * What a service thinks of a token, for who looks into one. Nothing is done with it, nothing is recorded of it, and no fault
 * strikes.
 *
 *     POST /tokens/checks { token }   200 { reports: TokenReport[] }
 */
export const tokenReportRoutes = (reportsOn: (token: string) => Promise<object & { reports: TokenReport[] }>): Router =>
  Router().post('/tokens/checks', allow('portal', 'tests'), async (req, res) => {
    const { data, success } = Question.safeParse(req.body);
    if (!success) throw new AzureError({ kind: 'invalid', code: 'BadRequest', message: 'expected { token }' });
    res.json(await reportsOn(data.token));
  });

/**
 * One report, by the service's own verification and in its own words.
 * @param judge Throws the TokenFailure that refuses the token.
 * @param refuse The service's answer to that.
 * @param decide What the caller might do, and the answer where it may not.
 */
export async function reportOn({
  judge,
  refuse,
  decide,
  ...about
}: Pick<TokenReport, 'audience'> & {
  resource?: string;
  judge: () => Promise<AccessToken>;
  refuse: (failure: TokenFailure) => AzureError;
  decide?: (caller: AccessToken) => { decision: DecisionMade; refusal?: AzureError | undefined };
}): Promise<TokenReport> {
  try {
    const caller = await judge();
    const { decision, refusal } = decide?.(caller) ?? {};
    return {
      ...about,
      checks: checksMade() as CheckMade[],
      accepted: true,
      ...(refusal && { refusal: told(refusal) }),
      ...(decision && { decision }),
    };
  } catch (thrown) {
    if (!(thrown instanceof TokenFailure)) throw thrown;
    return { ...about, checks: checksMade(thrown), accepted: false, refusal: told(refuse(thrown)) };
  }
}

const told = ({ kind, code, message, extra }: AzureError): NonNullable<TokenReport['refusal']> => ({
  status: STATUS[kind],
  code,
  message,
  ...(Object.keys(extra).length > 0 && { details: { ...extra } }),
});
