/** The documents that clients learn this authority from: OpenID configuration of both versions, instance discovery. */
import { issuersOf } from '@lab/shared/tokens/claims.ts';
import type { TenantName } from './domain/tenant-name.ts';

/** Consumers' accounts live in a tenant of Microsoft's own. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** What stands for the tenant in URLs, and in issuers, where `common` and `organizations` show a literal template. */
function segments(name: TenantName): { path: string; issuer: string } {
  if ('tenant' in name) return { path: name.tenant.tenantId, issuer: name.tenant.tenantId };
  return { path: name.audience, issuer: name.audience === 'consumers' ? CONSUMERS : '{tenantid}' };
}

export const issuerShown = (name: TenantName, version: '1.0' | '2.0'): string =>
  issuersOf(segments(name).issuer)[version];

const regionOf = (name: TenantName): string | null => ('tenant' in name ? 'EU' : null);

const CLAIMS = [
  ...['sub', 'iss', 'cloud_instance_name', 'cloud_instance_host_name', 'cloud_graph_host_name', 'msgraph_host', 'aud'],
  ...[
    'exp',
    'iat',
    'auth_time',
    'acr',
    'nonce',
    'preferred_username',
    'name',
    'tid',
    'ver',
    'at_hash',
    'c_hash',
    'email',
  ],
];

const CLOUD = {
  cloud_instance_name: 'microsoftonline.com',
  cloud_graph_host_name: 'graph.windows.net',
  msgraph_host: 'graph.microsoft.com',
  rbac_url: 'https://pas.windows.net',
};

/**
 * OpenID configuration, v2.0. All URLs are https and carry this authority's name: MSAL refuses anything else. The issuer
 * is the one in tokens, whatever name the authority is reached under.
 * @param origin Where this authority is reached, without trailing slash.
 */
export function openIdConfiguration(origin: string, name: TenantName) {
  const base = `${origin}/${segments(name).path}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerShown(name, '2.0'),
    request_uri_parameter_supported: false,
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: CLAIMS,
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: regionOf(name),
    ...CLOUD,
  };
}

/** OpenID configuration of the v1.0 endpoints. */
export function openIdConfigurationV1(origin: string, name: TenantName) {
  const base = `${origin}/${segments(name).path}`;
  return {
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${origin}/common/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
    scopes_supported: ['openid'],
    issuer: issuerShown(name, '1.0'),
    microsoft_multi_refresh_token: true,
    authorization_endpoint: `${base}/oauth2/authorize`,
    device_authorization_endpoint: `${base}/oauth2/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/logout`,
    check_session_iframe: `${base}/oauth2/checksession`,
    claims_supported: CLAIMS,
    userinfo_endpoint: `${base}/openid/userinfo`,
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: regionOf(name),
    ...CLOUD,
  };
}

/** The clouds and the names of each; the first one is preferred on the network. */
const CLOUDS = [
  {
    preferred_network: 'login.microsoftonline.com',
    preferred_cache: 'login.windows.net',
    aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  },
  {
    preferred_network: 'login.partner.microsoftonline.cn',
    preferred_cache: 'login.partner.microsoftonline.cn',
    aliases: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
  },
  {
    preferred_network: 'login.microsoftonline.de',
    preferred_cache: 'login.microsoftonline.de',
    aliases: ['login.microsoftonline.de'],
  },
  {
    preferred_network: 'login.microsoftonline.us',
    preferred_cache: 'login.microsoftonline.us',
    aliases: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
  },
  {
    preferred_network: 'login-us.microsoftonline.com',
    preferred_cache: 'login-us.microsoftonline.com',
    aliases: ['login-us.microsoftonline.com'],
  },
];

/** Hosts that are an authority of Microsoft's, of any cloud. */
export const KNOWN_HOSTS: readonly string[] = [
  ...CLOUDS.flatMap(({ aliases }) => aliases),
  'login.sovcloud-identity.fr',
  'login.sovcloud-identity.de',
  'login.sovcloud-identity.sg',
];

/**
 * Instance discovery: a client asks whether a host is genuine before it sends credentials there.
 * @param host Already known to be one, with its port where it has one.
 * @see https://learn.microsoft.com/entra/msal/dotnet/advanced/exceptions/instance-discovery
 */
export const instanceDiscovery = (
  { host, tenant, isV2 }: { host: string; tenant: string; isV2: boolean },
  apiVersion: string,
) => ({
  tenant_discovery_endpoint: `https://${host}/${tenant}${isV2 ? '/v2.0' : ''}/.well-known/openid-configuration`,
  'api-version': apiVersion,
  metadata: CLOUDS,
});
