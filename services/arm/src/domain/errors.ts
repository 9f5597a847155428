import { AzureError, type Failure } from '@lab/shared/azure-error.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';

/** Further members of Resource Manager's error body. */
export type ErrorParts = {
  readonly target?: string;
  readonly details?: readonly { readonly code: string; readonly message: string; readonly target?: string }[];
  readonly additionalInfo?: readonly { readonly type: string; readonly info: unknown }[];
};

/** An error of Resource Manager: `{ error: { code, message, target?, details?, additionalInfo? } }`. */
export class ArmError extends AzureError {
  readonly parts: ErrorParts;

  constructor(failure: Failure & ErrorParts) {
    super(failure);
    const { target, details, additionalInfo } = failure;
    this.parts = { ...(target && { target }), ...(details && { details }), ...(additionalInfo && { additionalInfo }) };
  }
}

/** The sentences are Azure's, to the letter where they are known: people search for them. */
export const missingApiVersion = () =>
  new ArmError({
    kind: 'invalid',
    code: 'MissingApiVersionParameter',
    message: 'The api-version query parameter (?api-version=) is required for all requests.',
  });

export const invalidApiVersion = (version: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'InvalidApiVersionParameter',
    message: `The api-version '${version.slice(0, 64)}' is invalid. It has to be a date of the form YYYY-MM-DD, with or without -preview.`,
  });

export const invalidResourceId = (id: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'LinkedInvalidPropertyId',
    message: `Property id '${id.slice(0, 256)}' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
  });

export const invalidSubscriptionId = (text: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'InvalidSubscriptionId',
    message: `The provided subscription identifier '${text.slice(0, 64)}' is malformed or invalid.`,
  });

/** A body that is no JSON, or not of the shape that is expected. */
export const invalidRequestContent = (reason: string, target?: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'InvalidRequestContent',
    message: `The request content was invalid and could not be deserialized: '${reason}'.`,
    ...(target !== undefined && { target }),
  });

/** A value that is of the right shape and still not allowed. */
export const invalidParameter = (message: string, target?: string) =>
  new ArmError({ kind: 'invalid', code: 'InvalidParameter', message, ...(target !== undefined && { target }) });

/** A query option that is not understood: never ignored, since the answer would be another than was asked for. */
export const invalidQuery = (name: string, reason: string) =>
  new ArmError({
    kind: 'invalid',
    code: 'InvalidQueryParameterValue',
    message: `The query parameter '${name}' is not valid: ${reason}`,
    target: name,
  });

export const authorizationFailed = (caller: AccessToken, action: string, scope: string) =>
  new ArmError({
    kind: 'forbidden',
    code: 'AuthorizationFailed',
    message: `The client '${caller.appid}' with object id '${caller.oid}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  });

export const linkedAuthorizationFailed = (
  caller: AccessToken,
  has: { action: string; scope: string },
  lacks: { action: string; scope: string },
) =>
  new ArmError({
    kind: 'forbidden',
    code: 'LinkedAuthorizationFailed',
    message: `The client '${caller.appid}' with object id '${caller.oid}' has permission to perform action '${has.action}' on scope '${has.scope}'; however, it does not have permission to perform action(s) '${lacks.action}' on the linked scope(s) '${lacks.scope}' (respectively) or the linked scope(s) are invalid.`,
  });

export const subscriptionNotFound = (subscriptionId: string) =>
  notFound('SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);

export const resourceGroupNotFound = (name: string) =>
  notFound('ResourceGroupNotFound', `Resource group '${name}' could not be found.`);

/** @param type `Microsoft.Compute/virtualMachines`; `name` of a child is `{parent}/{child}`, as Azure has it. */
export const resourceNotFound = (type: string, name: string, group: string) =>
  notFound(
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

export const notFound = (code: string, message: string) => new ArmError({ kind: 'not_found', code, message });

export const conflict = (code: string, message: string) => new ArmError({ kind: 'conflict', code, message });

export const preconditionFailed = () =>
  new ArmError({
    kind: 'precondition_failed',
    code: 'PreconditionFailed',
    message: 'The condition specified using HTTP conditional header(s) is not met.',
  });
