/** What several services say about their requests in the same way: checks, decisions, who asked, why it was refused. */
import type { Response } from 'express';
import type { AzureError } from './azure-error.ts';
import { shortened } from './event-redaction.ts';
import type { CheckName } from './event-words.ts';
import { type DecisionMade, describe, detailsOf, type EventDetails } from './events.ts';
import type { AccessToken } from './tokens/claims.ts';
import { shownToken } from './tokens/shown-token.ts';

/** Notes that a check was made, after those that were made before. @param failure Undefined: it passed. */
export function describeCheck(res: Response, check: CheckName, failure?: { readonly message: string }): void {
  const { checks = [] } = detailsOf(res);
  const made = failure
    ? { check, outcome: 'failed' as const, reason: failure.message }
    : { check, outcome: 'passed' as const };
  describe(res, { checks: [...checks, made] });
}

/** As many as a person reads. No request of Azure's needs as many. */
const MOST_DECISIONS = 8;

/** Notes an access decision. Of several the one that refused comes first, for it says why; otherwise the first one made. */
export function describeDecision(res: Response, decision: DecisionMade): void {
  const { decision: first, furtherDecisions = [] } = detailsOf(res);
  if (!first) {
    describe(res, { decision });
    return;
  }
  const refuses = decision.grantedBy === null && first.grantedBy !== null;
  const [main, other] = refuses ? [decision, first] : [first, decision];
  describe(res, { decision: main, furtherDecisions: [...furtherDecisions, other].slice(0, MOST_DECISIONS) });
}

/** Why a request was refused, as the caller was told. */
export const describeFailure = (res: Response, { code, message }: Pick<AzureError, 'code' | 'message'>): void =>
  describe(res, { errorCode: code, errorMessage: shortened(message, 512) });

/** Whose token a request came with: principal, token id, and the machine that it was issued to. */
export const describeCaller = (res: Response, { oid, appid, aud, uti, ...token }: AccessToken): void =>
  describe(res, {
    principalId: oid,
    clientId: appid,
    audience: aud,
    ...(uti !== undefined && { tokenId: uti }),
    ...machineIn(token.xms_az_rid ?? token.xms_mirid),
  });

/** What a token says that was given out in the answer, or presented where no header has it, such as a client's assertion. */
export function describeShownToken(res: Response, as: 'issued' | 'token', token: string): void {
  const shown = shownToken(token);
  if (shown) describe(res, { [as]: shown });
}

/**
 * Name of the virtual machine or function app that an ARM id is of. A user-assigned identity, which may be on several, is
 * neither.
 */
export function machineIn(resourceId: string | undefined): Pick<EventDetails, 'virtualMachine' | 'site'> {
  const [, type, name] =
    /\/providers\/microsoft\.(compute\/virtualmachines|web\/sites)\/([^/]{1,100})$/i.exec(resourceId ?? '') ?? [];
  if (type === undefined || name === undefined) return {};
  return type.toLowerCase().startsWith('compute') ? { virtualMachine: name } : { site: name };
}
