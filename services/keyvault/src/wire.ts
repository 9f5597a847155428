/** This service's bytes: secret bundles, pages, the error body and the challenge. */
import { describeFailure } from '@lab/shared/event-details.ts';
import { isStruck } from '@lab/shared/faults/index.ts';
import { plainRefusal, type Refusal, type RefusalStatus } from '@lab/shared/http/refusal.ts';
import { asAzureError, STATUS } from '@lab/shared/http/status.ts';
import type { Log } from '@lab/shared/log.ts';
import type { ErrorRequestHandler } from 'express';
import type { DeletedSecret, SecretProperties, SecretVersion } from './domain/secret.ts';
import { KEY_VAULT } from './domain/token-refusal.ts';
import { recoveryLevel, type Vault } from './domain/vault.ts';
import { type At, findVaultOf } from './routes/request-vault.ts';

const attributes = (vault: Vault, secret: SecretProperties) => ({
  enabled: secret.enabled,
  ...(secret.notBefore !== undefined && { nbf: secret.notBefore }),
  ...(secret.expires !== undefined && { exp: secret.expires }),
  created: secret.created,
  updated: secret.updated,
  recoveryLevel: recoveryLevel(vault),
  recoverableDays: vault.softDeleteRetentionInDays,
});

/** Members in the order of the real service's recordings: a content type comes before the id. */
const described = ({ vault, origin }: At, path: string, secret: SecretProperties) => ({
  ...(secret.contentType !== undefined && { contentType: secret.contentType }),
  id: `${origin}/secrets/${path}`,
  attributes: attributes(vault, secret),
  tags: secret.tags,
});

const deletionOf = ({ origin }: At, { latest, deletion }: DeletedSecret) => ({
  recoveryId: `${origin}/deletedsecrets/${latest.name}`,
  deletedDate: deletion.deletedDate,
  scheduledPurgeDate: deletion.scheduledPurgeDate,
});

/** One version without its value: the answer to update and recover, and an item in a list of versions. */
export const toVersionItem = (at: At, secret: SecretProperties) => ({
  ...described(at, `${secret.name}/${secret.version}`, secret),
});

/** One version with its value: the answer to set and get, and to nothing else. */
export const toSecretBundle = (at: At, secret: SecretVersion) => ({
  value: secret.value,
  ...toVersionItem(at, secret),
});

/** An item in a list of secrets; its id has no version. */
export const toSecretItem = (at: At, secret: SecretProperties) => described(at, secret.name, secret);

export const toDeletedBundle = (at: At, deleted: DeletedSecret) => ({
  ...deletionOf(at, deleted),
  ...toVersionItem(at, deleted.latest),
});

export const toDeletedItem = (at: At, deleted: DeletedSecret) => ({
  ...deletionOf(at, deleted),
  ...toSecretItem(at, deleted.latest),
});

const errorBody = (code: string, message: string, innererror?: string) => ({
  error: { code, message, ...(innererror !== undefined && { innererror: { code: innererror } }) },
});

/** The service's words for faults that Express and the body parser find. */
const CODES = { invalid: 'BadParameter', too_large: 'RequestEntityTooLarge', internal: 'InternalServerError' } as const;

export const sendError =
  (authorityOrigin: string, log: Log): ErrorRequestHandler =>
  (thrown, _req, res, _next) => {
    const error = asAzureError(thrown, CODES);
    describeFailure(res, { code: error.extra.innererror ?? error.code, message: error.message });
    if (error.kind === 'internal') log.error({ err: error.cause }, 'unexpected failure');
    if (error.kind === 'unavailable') log.warn({ reason: error.detail }, 'answered that it is unavailable');
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const vault = findVaultOf(res);
    if (error.kind === 'unauthenticated' && vault) {
      // SDKs learn from this header where to get a token, and for what. Exactly two parameters, quoted, `, ` between
      // them: some parsers fail on anything else.
      res.set(
        'WWW-Authenticate',
        `Bearer authorization="${authorityOrigin}/${vault.tenantId}", resource="${KEY_VAULT}"`,
      );
    }
    // The rest of a body that was refused unread is not worth waiting for.
    if (error.kind === 'too_large') res.set('Connection', 'close');
    if (error.kind === 'unavailable' && !isStruck(res)) res.set('Retry-After', '1');
    res.status(STATUS[error.kind]).json(errorBody(error.code, error.message, error.extra.innererror));
  };

/** For what never reaches the app. */
export const malformed = (status: RefusalStatus): Refusal => {
  const { headers, body } = plainRefusal(status);
  return { headers: { ...headers, 'X-Content-Type-Options': 'nosniff' }, body };
};
