import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ManagedIdentityLab, type StartedManagedIdentityLab } from '@managed-identity-lab/testcontainers';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from './lab.ts';

const ORDERS = readFileSync(new URL('probes/orders.mjs', import.meta.url), 'utf8');
const KILLED_RUN = new URL('probes/lab-of-a-killed-run.ts', import.meta.url).pathname;

const orders = () =>
  new GenericContainer('node:24-bookworm-slim')
    .withCommand(['node', '--input-type=module', '-e', ORDERS])
    .withExposedPorts(3000)
    .withWaitStrategy(Wait.forHttp('/first', 3000));

/** Everything of the module's labs that the engine knows. */
const traces = async (): Promise<string[]> => {
  const names = await Promise.all([
    docker('ps', '--all', '--format', '{{.Names}} {{.Label "managed-identity-lab.project"}}'),
    docker('network', 'ls', '--format', '{{.Name}}'),
    docker('volume', 'ls', '--format', '{{.Name}}'),
  ]);
  return names.flatMap((lines) => lines.split('\n')).filter((line) => line.includes('managed-identity-lab-tests'));
};

let lab: StartedManagedIdentityLab;

beforeAll(async () => {
  await killedRun();
  // With SIGKILL and without Ryuk nobody has cleaned up.
  expect((await traces()).length).toBeGreaterThan(10);
  lab = await new ManagedIdentityLab().start();
});
afterAll(async () => {
  await lab?.stop();
});

/** Starts a lab in a process of its own and kills that when the lab is up. */
async function killedRun(): Promise<void> {
  const child = spawn(process.execPath, [KILLED_RUN], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const up = new Promise<void>((done) => child.stdout.once('data', () => done()));
  await Promise.race([up, ended]);
  if (child.exitCode !== null) throw new Error(`the run that was to be killed failed: ${said}`);
  child.kill('SIGKILL');
  await ended;
}

it('a test run that was killed leaves nothing in the way of the next', async () => {
  expect((await lab.api.health()).ready).toBe(true);
});

it('a second lab on the engine is refused, and the one that runs goes on', async () => {
  await expect(new ManagedIdentityLab().start()).rejects.toThrow(
    /an engine has room for one lab.*managed-identity-lab-tests_vm.*→ docker compose -p managed-identity-lab-tests down/s,
  );
  expect((await lab.api.health()).ready).toBe(true);
});

it('the lab hands out its authority and its clock', async () => {
  expect(lab.getCaCertificate()).toMatch(/^-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----$/s);
  expect(await lab.clock.read()).toMatchObject({ offsetSeconds: 0 });
});

describe('a container of the test', () => {
  let workload: StartedTestContainer;
  const get = async (path: string) =>
    (await fetch(`http://${workload.getHost()}:${workload.getMappedPort(3000)}${path}`)).json();

  beforeAll(async () => {
    const roleAssignments = [{ role: 'Key Vault Secrets User', scope: 'kv-lab' }];
    workload = await lab.asWorkload(orders(), { virtualMachine: 'vm-orders', roleAssignments }).start();
  });
  afterAll(async () => {
    await workload?.stop();
  });

  it('meets the metadata service of the lab with its first request, as the machine it was made', async () => {
    expect(await get('/first')).toBe('vm-orders');
  });

  it('reads a secret with the identity that the test gave it', async () => {
    expect(await get('/secret')).toMatchObject({ status: 200, body: { value: expect.stringContaining('sql-lab') } });
    const { events } = await lab.events.list({ service: 'keyvault', outcome: 'succeeded' });
    expect(events.at(-1)).toMatchObject({ operation: 'GetSecret' });
  });

  it('has no way out and no privileges', async () => {
    const destinations = String(await get('/routes'))
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[1])
      .filter((destination) => destination !== undefined);
    expect(destinations).toHaveLength(2);
    expect(destinations).not.toContain('00000000');
    expect(await get('/privileges')).toMatch(/CapBnd:\s0{16}\n.*NoNewPrivs:\s1\n/s);
  });

  it('is reached through a gateway on 127.0.0.1 whose own default route leads nowhere', async () => {
    const port = workload.getMappedPort(3000);
    const gateway = await docker('ps', '--filter', `publish=${port}`, '--format', '{{.Names}} {{.Ports}}');
    expect(gateway).toContain(`127.0.0.1:${port}->3000/tcp`);
    const routes = await docker('exec', gateway.split(' ')[0] ?? '', 'cat', '/proc/net/route');
    const standard = routes.split('\n').filter((line) => line.split('\t')[1] === '00000000');
    expect(standard.map((line) => line.split('\t')[2])).toEqual(['FEFF580A']); // 10.88.255.254, which nobody has
  });

  it('is reached after a restart', async () => {
    await workload.restart();
    expect(await get('/first')).toBe('vm-orders');
  });

  it('is restarted when the clock of the lab is moved, as all workloads are', async () => {
    const startedAt = async () => docker('inspect', '--format', '{{.State.StartedAt}}', workload.getId());
    const before = await startedAt();
    const { restartedWorkloads } = await lab.clock.forward(25 * 3_600);
    expect(restartedWorkloads).toEqual(['app', 'outsider', 'vm-orders']);
    expect(await startedAt()).not.toBe(before);
    expect(await get('/secret')).toMatchObject({ status: 200 });
  });

  it('cannot be started twice as the same machine', async () => {
    const twice = lab.asWorkload(orders(), { virtualMachine: 'vm-orders' }).start();
    await expect(twice).rejects.toThrow('vm-orders is running already');
  });
});

describe('a container that would lead out of the lab', () => {
  /** As `TestContainers.exposeHostPorts` does, between creating and starting. */
  class OnTheBridge extends GenericContainer {
    protected override async containerCreated(id: string) {
      const { dockerode } = (await getContainerRuntimeClient()).container;
      await dockerode.getNetwork('bridge').connect({ Container: id });
    }
  }

  it.each<[string, () => GenericContainer, string]>([
    ['in privileged mode', () => orders().withPrivilegedMode(), 'privileged mode'],
    ["on the host's network", () => orders().withNetworkMode('host'), 'the network host'],
    ['on a network with a way out', () => new OnTheBridge('node:24-bookworm-slim'), 'the network bridge'],
    [
      'with the socket of the engine',
      () => orders().withBindMounts([{ source: '/var/run/docker.sock', target: '/engine.sock' }]),
      'a mount of',
    ],
  ])('%s is refused and has never run', async (_, container, words) => {
    const before = await docker('ps', '--all', '--quiet');
    const refused = lab.asWorkload(container(), { virtualMachine: 'vm-refused' }).start();
    await expect(refused).rejects.toThrow(words);
    expect(await docker('ps', '--all', '--quiet')).toBe(before);
  });
});

it('a start that the engine refuses leaves neither container nor gateway', async () => {
  const before = await docker('ps', '--all', '--quiet');
  const impossible = lab.asWorkload(orders().withCommand(['/no-such-program']), { virtualMachine: 'vm-refused' });
  await expect(impossible.start()).rejects.toThrow('no-such-program');
  expect(await docker('ps', '--all', '--quiet')).toBe(before);
});

it('a container that the test has stopped and kept is not started again when the clock is moved', async () => {
  const kept = await lab.asWorkload(orders(), { virtualMachine: 'vm-refused' }).start();
  await kept.stop({ remove: false });
  const { restartedWorkloads } = await lab.clock.forward(60);
  expect(restartedWorkloads).toEqual(['app', 'outsider']);
  expect(await docker('inspect', '--format', '{{.State.Running}}', kept.getId())).toBe('false');
});

it('a lab that was stopped has left nothing, and its workloads can be stopped after it', async () => {
  const last = await lab.asWorkload(orders(), { virtualMachine: 'vm-refused' }).start();
  await lab.stop();
  expect(await traces()).toEqual([]);
  await expect(last.stop()).resolves.toBeDefined();
  expect(() => lab.asWorkload(orders(), { virtualMachine: 'vm-refused' })).toThrow('The lab was stopped');
});

it('a mistake in the lab file is said with its reason, and leaves nothing', async () => {
  const mistaken = new ManagedIdentityLab().withLab({ tenants: [{ name: 'contoso', vaults: [] }] });
  await expect(mistaken.start()).rejects.toThrow(/lab\.yaml:\d+.*vaults/s);
  expect(await traces()).toEqual([]);
});
