import type { AzureError } from '@lab/shared/azure-error.ts';
import {
  assertionTypeUnsupported,
  credentialMissing,
  parameterMissing,
  parameterRepeated,
  requestMalformed,
  resourceParameterUnsupported,
  scopeMalformed,
  scopeWithoutDefault,
  unsupportedGrantType,
} from './aadsts.ts';

/** The two token endpoints: v1 takes `resource` and answers in strings, v2 takes `scope` and answers in numbers. */
export type EndpointVersion = 'v1' | 'v2';

export type ClientCredential = { readonly assertion: string } | { readonly secret: string };

export type TokenRequest = {
  readonly clientId: string;
  readonly credential: ClientCredential;
  /** The resource as the client wrote it. */
  readonly audience: string;
  /** `xms_cc` of the `claims` parameter. */
  readonly clientCapabilities: readonly string[];
};

export type Form = { readonly fields: ReadonlyMap<string, string>; readonly repeated: readonly string[] };

/** A form as pairs: the last parser to see a name twice is this one. Names keep their case, as OAuth's do. */
export function parseForm(body: string): Form {
  const fields = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) repeated.add(name);
    else fields.set(name, value);
  }
  return { fields, repeated: [...repeated] };
}

/** An `Authorization: Basic` header, decoded. */
export type BasicCredential = { readonly clientId: string; readonly secret: string };

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * A client credentials request, read in Entra's order: form, grant, client, credential, resource or scope.
 * @param basic Client id and secret of an `Authorization: Basic` header.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export function parseTokenRequest(form: Form, endpoint: EndpointVersion, basic?: BasicCredential): TokenRequest {
  const [repeated] = form.repeated;
  if (repeated !== undefined) throw parameterRepeated(repeated);
  const field = (name: string): string | undefined => form.fields.get(name)?.trim() || undefined;
  const required = (name: string): string => field(name) ?? fail(parameterMissing(name));

  const grantType = required('grant_type');
  if (grantType !== 'client_credentials') throw unsupportedGrantType(grantType);
  const clientId = basic?.clientId ?? required('client_id');
  const named = field('client_id');
  if (named !== undefined && named !== clientId) throw requestMalformed('the header and the form name two clients');
  const credential = parseCredential(form, field, basic);
  const audience = endpoint === 'v1' ? required('resource') : audienceOfScope(required('scope'));
  if (endpoint === 'v2' && field('resource') !== undefined) throw resourceParameterUnsupported();
  return { clientId, credential, audience, clientCapabilities: parseCapabilities(field('claims')) };
}

function parseCredential(
  { fields }: Form,
  field: (name: string) => string | undefined,
  basic: BasicCredential | undefined,
): ClientCredential {
  const assertion = field('client_assertion');
  const inForm = fields.get('client_secret') || undefined; // as it stands: a secret is not ours to trim
  const secret = basic?.secret ?? inForm;
  const hasSecret = secret !== undefined;
  if (basic && inForm !== undefined) throw requestMalformed('a secret in the header and one in the form');
  if (assertion === undefined) {
    if (field('client_assertion_type') !== undefined && !hasSecret) throw parameterMissing('client_assertion');
    return hasSecret ? { secret } : fail(credentialMissing());
  }
  // RFC 6749, section 2.3: no more than one authentication method in a request.
  if (hasSecret) throw requestMalformed('assertion and secret in one request');
  const type = field('client_assertion_type') ?? fail(parameterMissing('client_assertion_type'));
  if (type !== ASSERTION_TYPE) throw assertionTypeUnsupported();
  return { assertion };
}

/**
 * `https://vault.azure.net/.default` asks for `https://vault.azure.net`. Only the suffix goes: with a double slash, as
 * `az login --service-principal` sends it, the resource ends in a slash.
 */
function audienceOfScope(scope: string): string {
  if (/\s/.test(scope)) throw scopeMalformed(scope);
  if (!scope.endsWith('/.default')) throw scopeWithoutDefault(scope);
  const audience = scope.slice(0, -'/.default'.length);
  if (audience === '') throw scopeMalformed(scope);
  return audience;
}

/** `{"access_token":{"xms_cc":{"values":["cp1"]}}}`: what a client can do, such as continuous access evaluation. */
function parseCapabilities(claims: string | undefined): readonly string[] {
  if (claims === undefined) return [];
  try {
    const values: unknown = JSON.parse(claims)?.access_token?.xms_cc?.values;
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
  } catch {
    throw requestMalformed("the 'claims' parameter is no JSON");
  }
}

function fail(error: AzureError): never {
  throw error;
}
