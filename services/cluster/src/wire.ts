/** What an issuer answers: its two documents, and errors as Kubernetes has them. */
import type { AzureError } from '@lab/shared/azure-error.ts';
import { describeFailure } from '@lab/shared/event-details.ts';
import type { Refusal, RefusalStatus } from '@lab/shared/http/refusal.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler } from 'express';
import { type SigningKey, toJwk } from './domain/signing-key.ts';

/**
 * The discovery document. It has the members that somebody needs who verifies tokens, and no endpoint to sign in at.
 * @see https://github.com/kubernetes/kubernetes, pkg/serviceaccount/openidmetadata.go
 */
export const toDiscoveryDocument = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});

export const toKeySet = (keys: readonly SigningKey[]) => ({ keys: keys.map(toJwk) });

/** `Status`, the error of every Kubernetes API. Deviation: inferred, AKS serves the documents from a store of files. */
const toStatus = ({ kind, code, message }: Pick<AzureError, 'kind' | 'code' | 'message'>) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason: code,
  code: STATUS[kind],
});

export const sendError =
  (log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const error = asAzureError(thrown, { internal: 'InternalError' });
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure');
    describeFailure(res, error);
    if (res.headersSent) res.destroy();
    else res.status(STATUS[error.kind]).json(toStatus(error));
  };

/** For what never reaches the app. */
export const malformed = (status: RefusalStatus): Refusal => ({
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify({
    ...toStatus({ kind: 'invalid', code: 'BadRequest', message: UNREADABLE[status] }),
    code: status,
  }),
});

const UNREADABLE: Readonly<Record<RefusalStatus, string>> = {
  400: 'the request could not be read',
  408: 'the request did not arrive in time',
  431: 'the request headers are too large',
  500: 'an error on the server has prevented the request from succeeding',
};
