import { createHash, randomBytes } from 'node:crypto';

/** A client secret of an application. Times are epoch seconds. */
export type ClientSecret = { readonly value: string; readonly issuedAt: number; readonly expiresOn: number };

/** What the lab file does not say because nobody should know it: made at the first start and kept. */
export type LabSecrets = {
  /** The client secret of the operator of a tenant. */
  operator(tenantId: string): ClientSecret;
  /** The value of `IDENTITY_HEADER` in a function app. */
  identityHeader(functionApp: string): string;
};

/** Twelve years: two more than the lab's clock can be ahead of the system's, or its person would be locked out there. */
const SECRET_DAYS = 4_380;

/** 40 characters as Entra makes them: three random ones, a mark, and 34 more. */
const newClientSecret = (now: number): ClientSecret => {
  const random = randomBytes(60).toString('base64url');
  return {
    value: `${random.slice(0, 3)}8Q~${random.slice(3, 37)}`,
    issuedAt: now,
    expiresOn: now + SECRET_DAYS * 86_400,
  };
};

/** As App Service makes it: a GUID's worth of hexadecimal digits, in upper case. */
const newIdentityHeader = (): string => randomBytes(16).toString('hex').toUpperCase();

/** @param kept What there is already; what is missing is made, once, and is in these maps afterwards. */
export const secretsFrom = (
  kept: { readonly operators: Map<string, ClientSecret>; readonly identityHeaders: Map<string, string> },
  now: number,
): LabSecrets => ({
  operator: (tenantId) => keptOr(kept.operators, tenantId, () => newClientSecret(now)),
  identityHeader: (functionApp) => keptOr(kept.identityHeaders, functionApp, newIdentityHeader),
});

function keptOr<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
