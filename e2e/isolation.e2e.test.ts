/** What only topology can show: who is on which network, and that nothing has a way out. Run on exactly what a user gets. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, type Lab, PORT, PROJECT, runProgram, startLab } from './lab.ts';

const IMDS = '169.254.169.254';

const hostRoutes = () => readFileSync('/proc/net/route', 'utf8');
const hostRoutesToImds = () => routesTo(hostRoutes(), IMDS);

let lab: Lab;
let routesBefore: string[];
beforeAll(async () => {
  routesBefore = hostRoutesToImds();
  lab = await startLab({ variant: 'default' });
});
afterAll(() => lab?.down());

type Container = {
  Name: string;
  State: { Running: boolean };
  HostConfig: {
    NetworkMode: string;
    CapAdd: string[] | null;
    CapDrop: string[];
    Privileged: boolean;
    ReadonlyRootfs: boolean;
    SecurityOpt: string[];
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
  Config: { User: string; Labels: Record<string, string>; Env: string[] };
  NetworkSettings: {
    Networks: Record<string, { IPAddress: string; Gateway: string; GlobalIPv6Address: string; IPv6Gateway: string }>;
  };
};

async function containers(): Promise<Container[]> {
  const ids = await docker('ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${PROJECT}`);
  return JSON.parse(await docker('inspect', ...ids.split('\n')));
}
const serviceOf = ({ Config }: Container) => Config.Labels['com.docker.compose.service'] ?? '';
const networksOf = ({ NetworkSettings }: Container) =>
  Object.keys(NetworkSettings.Networks)
    .map((name) => name.replace(`${PROJECT}_`, ''))
    .sort();

/** Rows of /proc/net/route as [destination, gateway, mask], dotted. */
function parseRoutes(table: string): { destination: string; gateway: string; mask: string }[] {
  const dotted = (hex = '') =>
    (hex.match(/../g) ?? [])
      .reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  return table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .map(([, destination, gateway, , , , , mask]) => ({
      destination: dotted(destination),
      gateway: dotted(gateway),
      mask: dotted(mask),
    }));
}
const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const routesTo = (table: string, address: string) =>
  parseRoutes(table)
    .filter(({ destination, mask }) => (number(address) & number(mask)) >>> 0 === number(destination))
    .map(({ destination, gateway, mask }) => `${destination}/${mask} via ${gateway}`);

it('attaches every container to the networks of the design, and to no other', async () => {
  const attached = Object.fromEntries(
    (await containers()).map((container) => [serviceOf(container), networksOf(container)]),
  );
  expect(attached).toEqual({
    pki: ['none'],
    entra: ['azure', 'fabric'],
    arm: ['azure', 'fabric'],
    imds: ['fabric', 'vm'],
    keyvault: ['azure', 'fabric'],
    blob: ['azure', 'fabric'],
    api: ['azure', 'fabric'],
    dns: ['azure', 'fabric'],
    app: ['azure', 'vm'],
    outsider: ['azure'],
    portal: ['fabric', 'front'],
    gateway: ['edge', 'front'],
  });
});

it('puts exactly imds and app on the network of the virtual machine', async () => {
  const network = JSON.parse(await docker('network', 'inspect', `${PROJECT}_vm`))[0];
  const addresses = Object.values<{ Name: string; IPv4Address: string }>(network.Containers)
    .map(({ Name, IPv4Address }) => [Name.replace(`${PROJECT}-`, ''), IPv4Address])
    .sort();
  expect(addresses).toEqual([
    ['app-1', '169.254.169.250/29'],
    ['imds-1', `${IMDS}/29`],
  ]);
});

it('makes every network internal but the one of the gateway, and gives the host no address on them', async () => {
  for (const name of ['vm', 'azure', 'fabric', 'front']) {
    const { Internal, Options, EnableIPv6 } = JSON.parse(await docker('network', 'inspect', `${PROJECT}_${name}`))[0];
    expect([name, Internal, EnableIPv6]).toEqual([name, true, false]);
    expect(Options['com.docker.network.bridge.inhibit_ipv4']).toBe('true');
  }
});

it('leaves the host without a route to any internal network, and its own route to 169.254.169.254 as it was', async () => {
  expect(hostRoutesToImds()).toEqual(routesBefore);
  const routes = hostRoutes();
  for (const container of await containers()) {
    for (const [name, { IPAddress }] of Object.entries(container.NetworkSettings.Networks)) {
      if (name.endsWith('_edge') || IPAddress === '') continue;
      const direct = routesTo(routes, IPAddress).filter((route) => !route.startsWith('0.0.0.0/0.0.0.0'));
      expect([name, IPAddress, direct]).toEqual([name, IPAddress, []]);
    }
  }
});

describe('no container has a way out', () => {
  it('by its IPv4 routes: no default route, but the one of the gateway, which leads to an address that nobody has', async () => {
    for (const container of (await containers()).filter(({ State }) => State.Running)) {
      const service = serviceOf(container);
      const table = (await lab.exec(service, ['cat', '/proc/net/route'])).stdout;
      const defaults = parseRoutes(table).filter(({ mask }) => mask === '0.0.0.0');
      const wide = parseRoutes(table).filter(({ gateway }) => gateway !== '0.0.0.0');
      if (service === 'gateway') {
        expect(defaults.map(({ gateway }) => gateway)).toEqual(['10.88.255.254']);
        expect(wide).toEqual(defaults);
      } else {
        expect([service, defaults, wide]).toEqual([service, [], []]);
      }
    }
    const edge = JSON.parse(await docker('network', 'inspect', `${PROJECT}_edge`))[0];
    const addresses = Object.values<{ IPv4Address: string }>(edge.Containers).map(({ IPv4Address }) => IPv4Address);
    expect(addresses).not.toContain('10.88.255.254/29');
    expect(edge.IPAM.Config[0].Gateway).not.toBe('10.88.255.254');
    expect(edge.Options['com.docker.network.bridge.enable_ip_masquerade']).toBe('false');
  });

  it('by its IPv6 routes: none but its own loopback', async () => {
    for (const container of (await containers()).filter(({ State }) => State.Running)) {
      const { stdout } = await lab.exec(serviceOf(container), [
        'bash',
        '-c',
        'cat /proc/net/ipv6_route 2>/dev/null || true',
      ]);
      const gateways = stdout.split('\n').filter((line) => {
        const [, , , , nextHop, , , , flags, device] = line.trim().split(/\s+/);
        const rejected = (Number.parseInt(flags ?? '0', 16) & 0x200) !== 0;
        return nextHop !== undefined && !/^0+$/.test(nextHop) && device !== 'lo' && !rejected;
      });
      const unicast = stdout
        .split('\n')
        .filter((line) => /^0{32} 00 .* (?!lo)\S+$/.test(line.trim()) && !/ lo$/.test(line.trim()));
      expect([serviceOf(container), gateways, unicast]).toEqual([serviceOf(container), [], []]);
    }
  });

  it('by its attachments, containers that have ended included: no gateway address but on edge', async () => {
    for (const container of await containers()) {
      for (const [name, { Gateway, GlobalIPv6Address, IPv6Gateway }] of Object.entries(
        container.NetworkSettings.Networks,
      )) {
        expect([GlobalIPv6Address, IPv6Gateway]).toEqual(['', '']);
        if (name.endsWith('_edge')) expect(Gateway).toBe('10.88.255.254');
      }
      expect(container.HostConfig.NetworkMode).not.toMatch(/^(host|bridge|default)$/);
    }
  });
});

it('runs every container without privileges, as an ordinary user, on a file system that it cannot write', async () => {
  for (const container of await containers()) {
    const { CapAdd, CapDrop, Privileged, ReadonlyRootfs, SecurityOpt } = container.HostConfig;
    expect([serviceOf(container), CapAdd, CapDrop, Privileged, ReadonlyRootfs, SecurityOpt]).toEqual([
      serviceOf(container),
      null,
      ['ALL'],
      false,
      true,
      ['no-new-privileges'],
    ]);
    expect(container.Config.User).not.toMatch(/^(|0|root)(:|$)/);
  }
});

describe('no container has a way to the Docker engine', () => {
  it('by its mounts: the volume of the lab, and two files for who checks them', async () => {
    const files = ['docker-compose.yml', 'lab.yaml'].map((file) => ['bind', file, `/etc/lab/${file}`, false]);
    for (const container of await containers()) {
      const service = serviceOf(container);
      const others = container.Mounts.filter(({ Type, Name }) => Type !== 'volume' || Name !== `${PROJECT}_state`);
      const said = others.map(({ Type, Source, Destination, RW }) => [Type, basename(Source), Destination, RW]);
      expect([service, said.sort()]).toEqual([service, service === 'pki' ? files : []]);
    }
    // Nor is the volume one of a directory of the host.
    const [volume] = JSON.parse(await docker('volume', 'inspect', `${PROJECT}_state`));
    expect([volume.Driver, volume.Options ?? {}]).toEqual(['local', {}]);
  });

  it('by a socket in its file system: none is there', async () => {
    const sockets = ['/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock'];
    for (const container of (await containers()).filter(({ State }) => State.Running)) {
      const service = serviceOf(container);
      const look = `for path in ${sockets.join(' ')}; do [ -e $path ] && echo $path; done; echo looked`;
      expect([service, (await lab.exec(service, ['bash', '-c', look])).stdout.trim()]).toEqual([service, 'looked']);
    }
  });
});

it('publishes one port, on 127.0.0.1', async () => {
  const ports = await docker('ps', '--filter', `label=com.docker.compose.project=${PROJECT}`, '--format', '{{.Ports}}');
  expect(ports.split('\n').filter(Boolean)).toEqual([`127.0.0.1:${PORT}->8080/tcp`]);
});

describe('from outsider', () => {
  it('169.254.169.254 has no route: refused at once', async () => {
    const [answer] = await lab.send('outsider', [
      { url: `http://${IMDS}/metadata/instance`, headers: { Metadata: 'true' } },
    ]);
    expect(answer?.error).toBe('ENETUNREACH');
    expect(answer?.ms).toBeLessThan(1_000);
  });

  it.each([
    'imds',
    'imds.fabric',
    'portal',
    'portal.front',
    'gateway',
    'arm.fabric',
    'entra.fabric',
    'keyvault.fabric',
    'blob.fabric',
    'dns.fabric',
    'api.fabric',
  ])('the name %s does not resolve', async (name) =>
    expect((await lab.exec('outsider', ['getent', 'hosts', name])).exitCode).not.toBe(0),
  );

  it('no address of imds can be reached', async () => {
    const imds = (await containers()).find((container) => serviceOf(container) === 'imds');
    for (const { IPAddress } of Object.values(imds?.NetworkSettings.Networks ?? {})) {
      const answers = await lab.send(
        'outsider',
        [80, 443, 8443].map((port) => ({ url: `http://${IPAddress}:${port}/metadata/instance` })),
      );
      expect(answers.map(({ error }) => error)).toEqual(['ENETUNREACH', 'ENETUNREACH', 'ENETUNREACH']);
    }
  });

  it('the same program gets no further than its credential', async () => {
    const { printed } = await runProgram(lab, 'outsider');
    expect(printed).not.toContain('"eyJ');
    expect(printed).toMatch(/CredentialUnavailableError|ChainedTokenCredential|AggregateAuthenticationError/);
  });
});

describe('from app', () => {
  it.each([
    'arm.fabric',
    'entra.fabric',
    'imds.fabric',
    'keyvault.fabric',
    'blob.fabric',
    'dns.fabric',
    'api.fabric',
    'portal',
    'gateway',
  ])('the name %s does not resolve', async (name) =>
    expect((await lab.exec('app', ['getent', 'hosts', name])).exitCode).not.toBe(0),
  );

  it('no address on fabric can be reached', async () => {
    for (const container of await containers()) {
      const fabric = container.NetworkSettings.Networks[`${PROJECT}_fabric`];
      if (!fabric?.IPAddress) continue;
      const [answer] = await lab.send('app', [{ url: `https://${fabric.IPAddress}:8443/health` }]);
      expect([serviceOf(container), answer?.error]).toEqual([serviceOf(container), 'ENETUNREACH']);
    }
  });

  it('no control API listens where it can be reached', async () => {
    for (const container of await containers()) {
      const azure = container.NetworkSettings.Networks[`${PROJECT}_azure`];
      if (!azure?.IPAddress) continue;
      const answers = await lab.send(
        'app',
        [8443, 9000].map((port) => ({ url: `http://${azure.IPAddress}:${port}/health` })),
      );
      expect([serviceOf(container), ...answers.map(({ error }) => error)]).toEqual([
        serviceOf(container),
        'ECONNREFUSED',
        'ECONNREFUSED',
      ]);
    }
  });
});

describe.each(['app', 'outsider'])('in %s', (service) => {
  it.each([
    ['IPv4, to make up source addresses', 'AF_INET, SOCK_RAW, 1'],
    ['packet, to listen and to make up frames', '17, SOCK_RAW, 768'],
  ])('a raw socket is refused: %s', async (_, kind) => {
    const script = `socket(my $socket, ${kind}) or print $!{EPERM} ? "EPERM" : "$!";`;
    expect((await lab.exec(service, ['perl', '-MSocket', '-MErrno', '-e', script])).stdout).toBe('EPERM');
  });

  it('an address cannot be changed', async () => {
    const { stderr, exitCode } = await lab.exec(service, ['ip', 'address', 'add', '169.254.169.251/29', 'dev', 'eth0']);
    expect([exitCode !== 0, stderr]).toEqual([true, expect.stringContaining('Operation not permitted')]);
  });

  it('a route cannot be added', async () => {
    const { stderr, exitCode } = await lab.exec(service, ['ip', 'route', 'add', '169.254.169.254/32', 'dev', 'eth0']);
    expect([exitCode !== 0, stderr]).toEqual([true, expect.stringContaining('Operation not permitted')]);
  });

  it('no capability is left', async () => {
    const { stdout } = await lab.exec(service, ['grep', '-E', '^Cap(Prm|Eff|Bnd|Amb)', '/proc/self/status']);
    expect(stdout.match(/[0-9a-f]{16}/g)).toEqual(Array(4).fill('0000000000000000'));
  });
});
