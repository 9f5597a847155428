import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '@lab/lab/root.ts';
import { expect } from 'vitest';
import { docker, PROJECT } from '../../lab.ts';
import type { PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';
import { participant, visit } from './people.ts';

/** What docker-compose.yml makes of the variables of a shared lab. The last suite: it gives the portal another container. */
export function settingsSuite(context: PageContext): void {
  itInContainers.each([
    ['on loopback', '', '127.0.0.1'],
    ['where LAB_LISTEN_ADDRESS says', '0.0.0.0', '0.0.0.0'],
  ])('the page is published %s, and nothing else is anywhere', async (_, said, address) => {
    const settings = { LAB_LISTEN_ADDRESS: said, LAB_ROOM: 'true', LAB_ALLOWED_HOSTS: 'a.example,b.example' };
    const { services } = await modelOf(settings);
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port.host_ip, port.published, port.target]),
    );
    expect(published).toEqual([['gateway', address, '8080', 8080]]);
    // Who has to sign in follows from that, and from the two others: services/portal/src/config.test.ts.
    expect(services.portal?.environment).toMatchObject(settings);
  });

  itInContainers(
    'where others can reach the page they have to sign in, and what they did is kept when the portal is made anew',
    async () => {
      const page = await participant(context, 'p1').open('room');
      const portal = () => docker('inspect', '--format', '{{.Id}}', `${PROJECT}-portal-1`);
      const before = await portal();
      const exposed = { LAB_ROOM: '', LAB_LISTEN_ADDRESS: '0.0.0.0' };
      const { exitCode, stderr } = await context.containers.replace('portal', exposed);
      expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
      expect(await portal()).not.toBe(before);
      // The gateway stays as it is: nothing listens there for others, for as long as this test takes.
      expect(await docker('port', `${PROJECT}-gateway-1`)).toMatch(/^8080\/tcp -> 127\.0\.0\.1:\d+$/);
      const stranger = await context.open('start');
      await stranger.getByRole('heading', { level: 1, name: 'Who are you?' }).waitFor();
      await stranger.context().close();
      // Sessions were in its memory; who has a code in their tab is there again by themselves.
      await visit(page, 'Exercises');
      await page.getByText(/^1 of \d+ done$/).waitFor();
      await page.getByRole('link', { name: 'You are p1' }).waitFor();
      const all = await context.api.participants.list();
      expect(all.map(({ name, passed }) => [name, passed])).toEqual([
        ['p1', ['first-token']],
        ...['p2', 'p3', 'p4'].map((name) => [name, []]),
      ]);
      await page.context().close();
    },
  );
}

type Model = {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly ports?: readonly { readonly host_ip?: string; readonly published?: string; readonly target: number }[];
        readonly environment?: Readonly<Record<string, string>>;
      }
    >
  >;
};

/** docker-compose.yml as Compose reads it with these settings, with all machines. */
async function modelOf(settings: Readonly<Record<string, string>>): Promise<Model> {
  const command = ['compose', '--file', 'docker-compose.yml', '--profile', '*', 'config', '--format', 'json'];
  const env = { ...process.env, LAB_PORT: '8080', ...settings };
  const { stdout } = await promisify(execFile)('docker', command, { cwd: ROOT, env });
  return JSON.parse(stdout) as Model;
}
