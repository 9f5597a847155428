/** The story itself: a token for vm-app01 and nobody else, a secret and a blob for it, and what IMDS says to the others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimsOf,
  docker,
  eventually,
  type Lab,
  PORT,
  PROJECT,
  runBeside,
  runProgram,
  startLab,
  tokenOf,
} from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ variant: 'tests' });
});
afterAll(() => lab?.down());

const IMDS =
  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net';
const METADATA = { Metadata: 'true' };

describe('the app, with DefaultAzureCredential and no option of the lab', () => {
  it('reads its secret, writes, lists and reads its blob', async () => {
    const { steps, printed } = await runProgram(lab, 'app');
    expect(steps.map(({ outcome }) => outcome)).toEqual(steps.map(() => 'succeeded'));
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(printed).not.toContain('sql-lab.database.windows.net;Database=orders');
  });

  it('has no variable but the one that names the certificate authority', async () => {
    const [inspected] = JSON.parse(await docker('inspect', `${PROJECT}-app-1`));
    const names = inspected.Config.Env.map((entry: string) => entry.split('=')[0]);
    const lab = names.filter((name: string) => /AZURE|IDENTITY|MSI|VAULT|ACCOUNT|CLIENT|TENANT|SECRET/.test(name));
    expect(lab).toEqual([]);
    expect(names).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('has a curl that reads the secret with the lines of the documentation', async () => {
    const script = `
      token=$(curl -sS 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net' -H Metadata:true | jq -r .access_token)
      curl -sS 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=2016-10-01' -H "Authorization: Bearer $token" | jq -r .value`;
    expect((await lab.exec('app', ['bash', '-c', script])).stdout).toMatch(/^Server=tcp:sql-lab/);
  });

  it('runs from the page too, which shows each hop', async () => {
    const origin = `http://localhost:${PORT}`;
    const response = await fetch(`${origin}/lab/v1/workloads/app/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: '{}',
    });
    expect(response.status).toBe(200);
    const { steps, events } = (await response.json()) as {
      steps: { outcome: string }[];
      events: { service: string }[];
    };
    expect(steps.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
    expect(events.map(({ service }) => service)).toEqual(expect.arrayContaining(['imds', 'keyvault', 'blob']));
    expect(JSON.stringify({ steps, events })).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});

it('the Python example reads its secret and its blob inside vm-app01', { timeout: 400_000 }, async () => {
  await docker('build', '--quiet', '--tag', 'managed-identity-lab/example-python', 'examples/python');
  const ca = `type=volume,source=${PROJECT}_state,volume-subpath=public-ca,target=/etc/lab,readonly`;
  const inside = (container: string) =>
    docker(
      'run',
      '--rm',
      '--cap-drop',
      'ALL',
      '--network',
      `container:${PROJECT}-${container}-1`,
      '--mount',
      ca,
      '--env',
      'NO_PROXY=*',
      'managed-identity-lab/example-python',
    );
  const printed = await inside('app');
  for (const line of [
    'Read a secret: 104 characters',
    'Wrote a blob: ',
    'Listed the blobs: ',
    'Read the blob back: Written by vm-app01',
  ]) {
    expect(printed).toContain(line);
  }
  await expect(inside('outsider')).rejects.toThrow(/ManagedIdentityCredential|DefaultAzureCredential/);
});

describe("an API of one's own", () => {
  const url = 'https://orders-api.azurewebsites.net/orders';

  it('shows its orders to the app, takes none from who has no role for that, and is closed to the outsider', async () => {
    const authorization = `Bearer ${await tokenOf(lab, 'api://orders-api')}`;
    const asked = await lab.send('app', [
      { url, headers: { authorization } },
      { url, method: 'POST', headers: { authorization }, body: '{}' },
      { url, headers: { authorization: `Bearer ${await tokenOf(lab, 'https://vault.azure.net')}` } },
    ]);
    expect(asked.map(({ status }) => status)).toEqual([200, 403, 401]);
    expect(asked[0]?.body).toContain('Coffee');
    const [stranger] = await lab.send('outsider', [{ url }]);
    expect([stranger?.status, stranger?.headers['www-authenticate']]).toEqual([401, 'Bearer realm="api://orders-api"']);
  });

  it('that is not told of the lab takes none of its tokens, though the lab has the names of the world there', async () => {
    const token = await tokenOf(lab, 'api://orders-api');
    const { tid } = claimsOf(token);
    const script = `
      import { requireManagedIdentity } from '@managed-identity-lab/express';
      const headers = { authorization: 'Bearer ' + process.argv[1] };
      const ask = (lab) => new Promise((resolve) => {
        const middleware = requireManagedIdentity({ audience: 'api://orders-api', tenant: '${tid}', lab });
        const res = { setHeader() {}, end() { resolve(this.statusCode); } };
        middleware({ headers, rawHeaders: [] }, res, () => resolve('let in'));
      });
      const keys = await fetch('https://login.microsoftonline.com/${tid}/discovery/v2.0/keys');
      console.log(keys.status, await ask(true), await ask(false));
      process.exit();`;
    const trusting = ['env', 'NODE_EXTRA_CA_CERTS=/var/lib/lab/tls/public-ca.pem'];
    const { stdout } = await lab.exec('api', [...trusting, 'node', '--input-type=module', '-e', script, token]);
    expect(stdout.trim()).toBe('200 let in 503');
  });
});

describe('the page', () => {
  const origin = `http://localhost:${PORT}`;
  it('shows every part healthy', async () => {
    const health = await (await fetch(`${origin}/lab/v1/health`)).text();
    for (const part of ['entra', 'arm', 'imds', 'keyvault', 'blob', 'api', 'app', 'outsider'])
      expect(health).toContain(part);
  });

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['no origin', {}],
  ])('refuses to run anything for a request of %s', async (_, headers) => {
    const response = await fetch(`${origin}/lab/v1/workloads/app/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    });
    expect(response.status).toBe(403);
  });

  it('refuses a name that was rebound to this machine', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request({ port: PORT, host: '127.0.0.1', headers: { host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('IMDS', () => {
  it('gives a token whose claims are those of the virtual machine', async () => {
    const claims = claimsOf(await tokenOf(lab, 'https://vault.azure.net'));
    expect(claims).toMatchObject({ aud: 'https://vault.azure.net', ver: '1.0', idtyp: 'app', appidacr: '2' });
    expect(claims.xms_mirid).toMatch(
      /\/resourcegroups\/rg-apps\/providers\/Microsoft\.Compute\/virtualMachines\/vm-app01$/,
    );
  });

  it.each([
    ['without the Metadata header', {}, 'Required metadata header not specified'],
    ['with Metadata: True, which is not true', { Metadata: 'True' }, 'Required metadata header not specified'],
    ['with X-Forwarded-For', { ...METADATA, 'X-Forwarded-For': '10.0.0.1' }, ''],
  ])('answers 400 %s', async (_, headers, description) => {
    const [answer] = await lab.send('app', [{ url: IMDS, headers }]);
    expect(answer?.status).toBe(400);
    expect(answer?.body).toContain(description);
    expect(answer?.body).not.toContain('Identity not found');
  });

  it('tells two virtual machines apart by their address: neither gets a token of what only the other has', async () => {
    const ask = async (service: 'app' | 'app02', selector = '') => {
      const url = `${IMDS}${selector}`;
      const script = `fetch('${url}',{headers:{Metadata:'true'}}).then(async r=>console.log(await r.text()))`;
      const command = ['node', '-e', script];
      const second = { network: 'vm', address: '169.254.169.251', command };
      const { stdout } = service === 'app' ? await lab.exec('app', command) : await runBeside(second);
      return JSON.parse(stdout);
    };
    const [first, second] = [await ask('app'), await ask('app02')];
    expect(claimsOf(first.access_token).xms_mirid).toMatch(/virtualMachines\/vm-app01$/);
    expect(claimsOf(second.access_token).xms_mirid).toMatch(/virtualMachines\/vm-app02$/);
    const { error_description: refusal } = await ask('app02', `&client_id=${first.client_id}`);
    expect(refusal).toBe('Identity not found');
    for (const selector of [`&client_id=${second.client_id}`, `&object_id=${claimsOf(second.access_token).oid}`]) {
      expect((await ask('app', selector)).error_description).toBe('Identity not found');
    }
  });

  it('tells a virtual machine without identity so', async () => {
    const script = `fetch('${IMDS}',{headers:{Metadata:'true'}}).then(async r=>console.log(r.status, await r.text()))`;
    const { stdout } = await runBeside({ network: 'vm', address: '169.254.169.252', command: ['node', '-e', script] });
    expect(stdout.trim()).toBe('400 {"error":"invalid_request","error_description":"Identity not found"}');
  });

  it('refuses a peer that is none of its virtual machines', async () => {
    const script = `fetch('${IMDS}',{headers:{Metadata:'true'}}).then(async r=>console.log(r.status, await r.text()),e=>console.log('refused'))`;
    const { stdout } = await runBeside({ network: 'vm', address: '169.254.169.253', command: ['node', '-e', script] });
    expect(stdout).toMatch(/^(403|refused)/);
    expect(stdout).not.toContain('access_token');
  });

  it('asks entra once for a hundred callers at the same time', async () => {
    const events = async () => {
      const [answer] = await lab.send('tester', [{ url: 'https://entra.fabric:8443/events', as: 'tests' }]);
      return JSON.parse(answer?.body ?? '').events.filter(
        (event: { path: string; status: number }) => /oauth2\/token$/.test(event.path) && event.status === 200,
      ).length;
    };
    const before = await events();
    // A resource that nobody has asked for yet, so that nothing is cached.
    const url = IMDS.replace('vault.azure.net', 'graph.microsoft.com');
    const answers = await lab.send('app', [{ url, headers: METADATA, count: 100 }], 100);
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(new Set(answers.map(({ body }) => JSON.parse(body).access_token)).size).toBe(1);
    expect((await events()) - before).toBe(1);
  });

  it('gives the same token again, and says how much of its life is left', async () => {
    const [first, second] = await lab.send('app', [{ url: IMDS, headers: METADATA, count: 2 }]);
    expect(JSON.parse(first?.body ?? '').access_token).toBe(JSON.parse(second?.body ?? '').access_token);
    expect(first?.body).toMatch(/"expires_in":"\d+","expires_on":"\d+"/);
  });
});

describe('signing keys', () => {
  const secretUrl = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';
  const rotate = () =>
    lab.send('tester', [{ url: 'https://entra.fabric:8443/signing-keys/rotate', method: 'POST', as: 'tests' }]);
  const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
  const statusWith = async (token: string) =>
    (await lab.send('app', [{ url: secretUrl, headers: { authorization: `Bearer ${token}` } }]))[0]?.status;
  const freshToken = async () => {
    const [answer] = await lab.send('app', [{ url: `${IMDS}&bypass_cache=true`, headers: METADATA }]);
    return JSON.parse(answer?.body ?? '').access_token as string;
  };

  it('sign new tokens as soon as they are rotated, and old tokens stay good', async () => {
    const old = await freshToken();
    expect((await rotate())[0]?.status).toBe(200);
    const fresh = await freshToken();
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect([await statusWith(old), await statusWith(fresh)]).toEqual([200, 200]);
  });
});

describe('when entra is down', () => {
  it('IMDS serves the tokens that it has, and the vault verifies with the keys it has; afterwards all is as before', async () => {
    const token = await tokenOf(lab, 'https://vault.azure.net');
    await lab.compose('stop', '--timeout', '2', 'entra');
    try {
      expect(await tokenOf(lab, 'https://vault.azure.net')).toBe(token);
      const [answer] = await lab.send('app', [
        {
          url: 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4',
          headers: { authorization: `Bearer ${token}` },
        },
      ]);
      expect(answer?.status).toBe(200);
      const [uncached] = await lab.send('app', [
        { url: IMDS.replace('vault.azure.net', 'database.windows.net'), headers: METADATA },
      ]);
      expect([500, 503]).toContain(uncached?.status);
    } finally {
      await lab.compose('start', 'entra');
    }
    await eventually(() => tokenOf(lab, 'https://database.windows.net/'), 20_000, 'a token after entra came back');
  });
});

describe('when arm is down', () => {
  it('the last known role assignments stay in force, also across a restart of the vault', async () => {
    const token = await tokenOf(lab, 'https://vault.azure.net');
    await lab.compose('stop', '--timeout', '2', 'arm');
    try {
      await lab.compose('restart', '--timeout', '2', 'keyvault');
      const request = {
        url: 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4',
        headers: { authorization: `Bearer ${token}` },
      };
      const answer = await eventually(
        async () => {
          const [got] = await lab.send('app', [request]);
          return got?.status === 200 && got;
        },
        20_000,
        'the vault answering again',
      );
      expect(answer.status).toBe(200);
    } finally {
      await lab.compose('start', 'arm');
    }
  });
});

it('has written no token, no key and no secret to any log', async () => {
  // By name: without, Compose leaves out what `docker compose up` does not show.
  const services = ['pki', 'entra', 'arm', 'imds', 'keyvault', 'blob', 'api', 'app', 'outsider', 'portal', 'gateway'];
  const { stdout, stderr } = await lab.compose('logs', '--no-color', ...services);
  const logs = stdout + stderr;
  expect(logs).toContain('"service":"arm"');
  expect(logs).not.toMatch(/eyJ[\w-]{10,}\.|PRIVATE KEY|Database=orders|client_assertion=/);
});
