/** Faults through the published port, met by programs on their machines: the app, and Debian's Azure libraries for Python. */
import type { FaultRequest, FlowEvent, LabClient } from '@managed-identity-lab/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { docker, type Lab, labApi, PROJECT, startLab } from './lab.ts';

let lab: Lab;
let api: LabClient;
beforeAll(async () => {
  lab = await startLab({ variant: 'default' });
  api = await labApi(lab);
  await docker('build', '--quiet', '--tag', 'managed-identity-lab/example-python', 'examples/python');
});
afterAll(() => lab?.down());
beforeEach(() => api.faults.clear());

/** What a fault did to a program: the events of its service and operation meanwhile, and the waits between them. */
async function meanwhile({ service, operation }: FaultRequest, run: () => Promise<string>) {
  const { cursor } = await api.events.list({ limit: 1000 });
  const saw = (await run().catch((error) => String(error.message))).trim();
  const { events } = await api.events.list({ service, since: cursor, limit: 1000 });
  const own = events.filter((event: FlowEvent) => operation === undefined || event.operation === operation);
  const begun = own.map(({ at }) => Date.parse(at));
  const waits = begun.slice(1).map((time, index) => Math.round((time - (begun[index] ?? 0)) / 100) / 10);
  return { saw, statuses: own.map(({ status }) => status), waits };
}

/** A program in Python on vm-app01, with Debian's libraries. */
const python = (source: string) =>
  docker(
    ...['run', '--rm', '--cap-drop', 'ALL', '--network', `container:${PROJECT}-app-1`, '--env', 'NO_PROXY=*'],
    ...['--mount', `type=volume,source=${PROJECT}_state,volume-subpath=public-ca,target=/etc/lab,readonly`],
    ...['--entrypoint', 'python3', 'managed-identity-lab/example-python', '-c', source],
  );
const TOKEN = `
from azure.identity import ManagedIdentityCredential
try:
    ManagedIdentityCredential().get_token("https://vault.azure.net/.default")
    print("a token")
except Exception as error:
    print(type(error).__name__)
`;
const SECRET = `
from azure.identity import ManagedIdentityCredential
from azure.keyvault.secrets import SecretClient
try:
    print(len(SecretClient("https://kv-lab.vault.azure.net", ManagedIdentityCredential()).get_secret("ConnectionString").value))
except Exception as error:
    print(type(error).__name__, getattr(error, "status_code", ""))
`;

describe('the app, with DefaultAzureCredential', () => {
  it('gets its token although IMDS was busy, for its machine by the name that the lab API has for it', async () => {
    const fault: FaultRequest = { service: 'imds', caller: 'app', times: 2, effect: { status: 503 } };
    expect((await api.faults.add(fault)).caller).toBe('vm-app01');
    const { statuses } = await meanwhile(fault, async () => {
      const { steps } = await api.run('app');
      expect(steps.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
      return '';
    });
    expect(statuses.slice(0, 3)).toEqual([503, 503, 200]);
  });
});

describe('Python, by its own defaults', () => {
  it('asks IMDS again after a 404, and waits twice as long each time, from 4 s on: as its version of 2022 does', async () => {
    const operation = 'GetManagedIdentityToken';
    const fault: FaultRequest = { service: 'imds', operation, times: 4, effect: { status: 404 } };
    await api.faults.add(fault);
    const { saw, statuses, waits } = await meanwhile(fault, () => python(TOKEN));
    expect([saw, statuses]).toEqual(['a token', [404, 404, 404, 404, 200]]);
    const [wait = 0, longer = 0] = waits.slice(-2); // the first request asks only whether anybody is there
    expect(wait).toBeGreaterThanOrEqual(4);
    expect(longer).toBeGreaterThanOrEqual(8);
  });

  it('waits as long as Key Vault says', async () => {
    const fault: FaultRequest = {
      service: 'keyvault',
      operation: 'GetSecret',
      times: 2,
      effect: { status: 429, retryAfterSeconds: 2 },
    };
    await api.faults.add(fault);
    const seen = await meanwhile(fault, () => python(SECRET));
    expect(seen).toMatchObject({ saw: '104', statuses: [429, 429, 200] });
    for (const wait of seen.waits) expect(wait).toBeGreaterThanOrEqual(2);
  });
});
