/** Other places where a program gets its identity: another virtual machine, a function app, a pod. One program for all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, docker, eventually, type Lab, type LabRequest, PROJECT, runProgram, startLab } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({
    variant: 'tests',
    labFile: './lab.yaml',
    profiles: ['vm-app02', 'func-app01', 'pod-app01'],
  });
});
afterAll(() => lab?.down());

const VAULT = 'https://vault.azure.net';
const IMDS = `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${encodeURIComponent(VAULT)}`;
const APP_SERVICE = `http://169.254.129.2:8081/msi/token?api-version=2019-08-01&resource=${encodeURIComponent(VAULT)}`;
const CREDENTIAL = `
  import { DefaultAzureCredential } from '@azure/identity';
  const { token } = await new DefaultAzureCredential().getToken('${VAULT}/.default');
  console.log(token);`;

/** Claims of the token that `DefaultAzureCredential` gets on a machine. */
async function ownClaims(machine: string): Promise<Record<string, unknown>> {
  const run = ['workload', 'node', '--input-type=module', '-e', CREDENTIAL];
  const { stdout, stderr } = await lab.exec(machine, run);
  expect([machine, stderr]).toEqual([machine, '']);
  return claimsOf(stdout.trim());
}

/** A variable that the platform sets on a machine. */
const variable = async (machine: string, name: string) =>
  (await lab.exec(machine, ['workload', 'printenv', name])).stdout.trim();

describe('the same program, with DefaultAzureCredential and no option of the lab', () => {
  it.each(['app', 'app02', 'func-app01', 'pod-app01'])('reads its secret and keeps its blob in %s', async (machine) => {
    const { steps } = await runProgram(lab, machine);
    expect(steps.map(({ outcome }) => outcome)).toEqual(Array(5).fill('succeeded'));
  });

  it('is somebody else in each place', async () => {
    const claims = await Promise.all(['app', 'app02', 'func-app01', 'pod-app01'].map(ownClaims));
    expect(new Set(claims.map(({ oid }) => oid)).size).toBe(4);
    expect(claims.map(({ xms_mirid }) => String(xms_mirid).split('/').slice(-2).join('/'))).toEqual([
      'virtualMachines/vm-app01',
      'virtualMachines/vm-app02',
      'sites/func-app01',
      'userAssignedIdentities/id-pod',
    ]);
  });
});

describe('the containers of profiles', () => {
  const NETWORKS = {
    app02: ['azure', 'vm'],
    'func-app01': ['appservice', 'azure'],
    appservice: ['appservice', 'fabric'],
    'pod-app01': ['azure'],
    cluster: ['azure', 'fabric'],
  };

  it.each(Object.entries(NETWORKS))('%s is on the networks %j alone, and has no way out', async (service, networks) => {
    const [{ NetworkSettings }] = JSON.parse(await docker('inspect', `${PROJECT}-${service}-1`));
    const names = Object.keys(NetworkSettings.Networks).map((name) => name.replace(`${PROJECT}_`, ''));
    expect(names.sort()).toEqual(networks);
    const routes = (await lab.exec(service, ['cat', '/proc/net/route'])).stdout.trim().split('\n').slice(1);
    expect(routes.map((row) => row.split('\t')[2])).toEqual(networks.map(() => '00000000')); // no gateway in any
  });

  it.each(Object.keys(NETWORKS))(
    '%s has no privileges, an ordinary user, and a file system that it cannot write',
    async (service) => {
      const [{ Config, HostConfig }] = JSON.parse(await docker('inspect', `${PROJECT}-${service}-1`));
      const { CapAdd, CapDrop, Privileged, ReadonlyRootfs, SecurityOpt } = HostConfig;
      expect([CapAdd, CapDrop, Privileged, ReadonlyRootfs, SecurityOpt]).toEqual([
        null,
        ['ALL'],
        false,
        true,
        ['no-new-privileges'],
      ]);
      expect(Config.User).toBe('node');
    },
  );
});

describe('two virtual machines', () => {
  it('cannot get the token of each other by any selector', async () => {
    const claims = { app: await ownClaims('app'), app02: await ownClaims('app02') };
    for (const [machine, other] of [
      ['app', claims.app02],
      ['app02', claims.app],
    ] as const) {
      const answers = await lab.send(machine, [
        { url: `${IMDS}&client_id=${other.appid}`, headers: { Metadata: 'true' } },
        { url: `${IMDS}&object_id=${other.oid}`, headers: { Metadata: 'true' } },
      ]);
      for (const { status, body } of answers) {
        expect([status, body]).toEqual([400, '{"error":"invalid_request","error_description":"Identity not found"}']);
      }
    }
  });
});

describe('func-app01', () => {
  it('has no route to 169.254.169.254, nor to anywhere outside', async () => {
    const { stdout } = await lab.exec('func-app01', ['ip', '-4', '-json', 'route']);
    const destinations = (JSON.parse(stdout) as { dst: string }[]).map(({ dst }) => dst).sort();
    expect(destinations).toHaveLength(2);
    expect(destinations).toContain('169.254.129.0/29');
    expect(destinations.filter((dst) => dst === 'default' || dst.startsWith('169.254.169'))).toEqual([]);
  });

  it('is alone on its network with the endpoint of App Service', async () => {
    const [network] = JSON.parse(await docker('network', 'inspect', `${PROJECT}_appservice`));
    const names = Object.values<{ Name: string }>(network.Containers).map(({ Name }) => Name);
    expect(names.sort()).toEqual([`${PROJECT}-appservice-1`, `${PROJECT}-func-app01-1`]);
    expect([network.Internal, network.Options['com.docker.network.bridge.inhibit_ipv4']]).toEqual([true, 'true']);
  });

  it('gets a token by its header, and nobody gets one without it', async () => {
    const header = await variable('func-app01', 'IDENTITY_HEADER');
    expect(await variable('func-app01', 'IDENTITY_ENDPOINT')).toBe(APP_SERVICE.split('?')[0]);
    const statuses = (
      await lab.send('func-app01', [
        { url: APP_SERVICE, headers: { 'X-IDENTITY-HEADER': header } },
        { url: APP_SERVICE, headers: { 'X-IDENTITY-HEADER': `${header}x` } },
        { url: APP_SERVICE, headers: { Metadata: 'true' } },
        { url: APP_SERVICE.replace('2019-08-01', '2017-09-01'), headers: { secret: header } },
      ])
    ).map(({ status }) => status);
    expect(statuses).toEqual([200, 401, 401, 200]);
  });

  it.each(['app', 'outsider', 'pod-app01'])(
    'has an endpoint that %s cannot reach, though it knows address and header',
    async (machine) => {
      const header = await variable('func-app01', 'IDENTITY_HEADER');
      const [answer] = await lab.send(machine, [{ url: APP_SERVICE, headers: { 'X-IDENTITY-HEADER': header } }]);
      expect(answer?.error).toBe('ENETUNREACH');
      for (const name of ['appservice', 'func-app01.appservice', 'appservice.fabric']) {
        expect([name, (await lab.exec(machine, ['getent', 'hosts', name])).exitCode]).not.toEqual([name, 0]);
      }
    },
  );
});

describe('pod-app01', () => {
  const FILE = '/var/run/secrets/azure/tokens/azure-identity-token';
  const projected = async () => (await lab.exec('pod-app01', ['cat', FILE])).stdout;
  const control = async (path: string, body: object = {}) => {
    const url = `https://cluster.fabric:8443${path}`;
    const headers = { 'content-type': 'application/json' };
    const [answer] = await lab.send('tester', [
      { url, method: 'POST', headers, body: JSON.stringify(body), as: 'tests' },
    ]);
    expect(answer?.status).toBe(200);
    return JSON.parse(answer?.body ?? '');
  };
  const mint = async (changes: object): Promise<string> =>
    (await control('/tokens', { pod: 'pod-app01', ...changes })).token;
  /** The exchange, as `WorkloadIdentityCredential` asks for it. */
  const exchange = async (assertion: string) => {
    const form = {
      grant_type: 'client_credentials',
      client_id: await variable('pod-app01', 'AZURE_CLIENT_ID'),
      scope: `${VAULT}/.default`,
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    const request: LabRequest = {
      url: `https://login.microsoftonline.com/${await variable('pod-app01', 'AZURE_TENANT_ID')}/oauth2/v2.0/token`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    };
    const [answer] = await lab.send('pod-app01', [request]);
    return { status: answer?.status, body: JSON.parse(answer?.body ?? '{}') };
  };

  it('has a token of its service account in a file that it cannot write, and no other way to an identity', async () => {
    const claims = claimsOf(await projected());
    expect(claims).toMatchObject({
      aud: ['api://AzureADTokenExchange'],
      iss: expect.stringMatching(/^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/),
      sub: 'system:serviceaccount:orders:sa-orders',
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
    expect((await lab.exec('pod-app01', ['sh', '-c', `echo x > ${FILE}`])).exitCode).not.toBe(0);
    expect((await lab.exec('pod-app01', ['cat', '/proc/net/route'])).stdout.split('\n').filter(Boolean)).toHaveLength(
      2,
    );
  });

  it('reads the documents of its issuer under the real name, and the key of its token is in them', async () => {
    const { iss } = claimsOf(await projected());
    const [discovery] = await lab.send('pod-app01', [{ url: `${iss}.well-known/openid-configuration` }]);
    const { issuer, jwks_uri } = JSON.parse(discovery?.body ?? '');
    expect(issuer).toBe(iss);
    const [keySet] = await lab.send('pod-app01', [{ url: jwks_uri }]);
    const { kid } = JSON.parse(Buffer.from((await projected()).split('.')[0] ?? '', 'base64url').toString());
    expect(JSON.parse(keySet?.body ?? '').keys.map((key: { kid: string }) => key.kid)).toContain(kid);
  });

  it('exchanges a token like its own', async () => {
    expect((await exchange(await mint({}))).status).toBe(200);
  });

  it.each([
    ['another subject', { sub: 'system:serviceaccount:orders:sa-other' }, 700213],
    ['another issuer', { iss: 'https://westeurope.oic.prod-aks.azure.com/x/y/' }, 700211],
    ['another audience', { aud: 'https://kubernetes.default.svc' }, 700212],
    ['an end in the past', { expiresIn: -600 }, 700024],
    ['a key of nobody', { signedBy: 'foreign' }, 700027],
  ])('is refused with a token that has %s', async (_, changes, code) => {
    const { status, body } = await exchange(await mint(changes));
    expect([status, body.error, body.error_codes]).toEqual([401, 'invalid_client', [code]]);
    expect(body.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
  });

  it('gets a fresh token in the same place when the cluster has a new key, and Entra takes it at once', async () => {
    const before = await projected();
    await control('/signing-keys/rotate');
    const after = await eventually(
      async () => {
        const token = await projected();
        return token !== before && token;
      },
      5_000,
      'another token in the pod',
    );
    expect((await exchange(after)).status).toBe(200);
    expect((await exchange(before)).status).toBe(200); // its key is still published
    const { steps } = await runProgram(lab, 'pod-app01');
    expect(steps.map(({ outcome }) => outcome)).toEqual(Array(5).fill('succeeded'));
  });
});
