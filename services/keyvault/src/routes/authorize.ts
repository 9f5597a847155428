import { describeDecision } from '@lab/shared/event-details.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { decideByPolicies, explainPolicies, type SecretOperation } from '@lab/shared/policy/access-policies.ts';
import { explain } from '@lab/shared/policy/explain.ts';
import type { Response } from 'express';
import { forbiddenByPolicy } from '../domain/access-policies.ts';
import { type Decide, forbiddenByRbac, type SecretDataAction } from '../domain/authorize.ts';
import { secretId } from '../domain/vault.ts';
import { atOf } from './request-vault.ts';

/**
 * The first line of every route: may this caller do that here? Throws Forbidden when not.
 * @param operation Azure's name of the operation, for the event.
 * @param name The secret concerned, as the path has it; undefined for the vault as a whole.
 */
export type Authorize = (
  res: Response,
  operation: SecretOperation,
  dataAction: SecretDataAction,
  name?: string,
) => void;

export const authorizer =
  (decide: Decide): Authorize =>
  (res, operation, dataAction, name) => {
    begin(res, operation);
    const { vault } = atOf(res);
    if (vault.enableRbacAuthorization === false) {
      const decision = decideByPolicies(callerOf(res), vault, operation);
      describeDecision(res, explainPolicies(decision, vault));
      if (!decision.grantedBy) throw forbiddenByPolicy(callerOf(res), vault, decision);
      return;
    }
    const resourceId = name === undefined ? vault.resourceId : secretId(vault, name);
    const question = { caller: callerOf(res), vault, dataAction, resourceId };
    const decision = decide(question);
    describeDecision(res, explain(decision, { operation: dataAction, resourceId }));
    const { grantedBy } = decision;
    if (!grantedBy) throw forbiddenByRbac(question, decision.deniedBy);
    res.set('x-ms-keyvault-rbac-assignment-id', grantedBy.id.split('/').at(-1) ?? '');
    res.set('x-ms-keyvault-rbac-cache', 'ra_age=0;da_age=0;rd_age=0;');
  };
