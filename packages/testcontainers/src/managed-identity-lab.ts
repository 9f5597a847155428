import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getContainerRuntimeClient, getReaper } from 'testcontainers';
import { type ComposeModel, type ComposeProject, composeProject } from './compose.ts';
import { type Engine, findEngine } from './engine.ts';
import { type Images, neededImages, overrideWith, provideImages } from './images.ts';
import { findLabFiles } from './lab-files.ts';
import { PROJECT } from './labels.ts';
import { isLeased, takeLease } from './lease.ts';
import { listNetworks, removeLab, whatIsInTheWay } from './leftovers.ts';
import { StartedManagedIdentityLab } from './started-managed-identity-lab.ts';

/**
 * The managed identity lab in containers: IMDS at its real address, and the Azure endpoints under their real names.
 *
 * An engine has room for one: a second one, of another test run or of `npm start`, is refused with the command that makes
 * room. What a killed run left behind is none, and is removed.
 */
export class ManagedIdentityLab {
  #labFile: { readonly path: string } | { readonly content: string } | undefined;
  #profiles: readonly string[] = [];
  #port: number | undefined;
  #images: string | undefined;
  #environment: Readonly<Record<string, string>> = {};
  #startupTimeoutMs = 180_000;

  /** What the lab contains: a `lab.yaml` of one's own instead of the one in the package. */
  withLabFile(path: string): this {
    this.#labFile = { path: resolve(path) };
    return this;
  }

  /** The same, written in the test: YAML, or the object that it would be. */
  withLab(lab: string | object): this {
    this.#labFile = { content: typeof lab === 'string' ? lab : JSON.stringify(lab) };
    return this;
  }

  /** Machines besides `vm-app01` and `outsider`: `vm-app02`, `func-app01`, `pod-app01`; `workshop` is all three. `participants`: `vm-app02` to `vm-app04`. */
  withProfiles(...profiles: readonly string[]): this {
    this.#profiles = [...this.#profiles, ...profiles];
    return this;
  }

  /** The port of the page and the lab API on 127.0.0.1. Default: one that is free. */
  withPort(port: number): this {
    this.#port = port;
    return this;
  }

  /** Images that are there already, `{prefix}/pki` and so on. Nothing is pulled and nothing built. */
  withImages(prefix: string): this {
    this.#images = prefix.replace(/\/$/, '');
    return this;
  }

  /** First three numbers of the subnet of the Azure endpoints, where another network has `10.88.0`. */
  withAzurePrefix(prefix: string): this {
    if (!/^\d{1,3}(\.\d{1,3}){2}$/.test(prefix)) throw new Error(`${prefix} is not three numbers, such as 10.90.0`);
    return this.#with({ LAB_AZURE_PREFIX: prefix });
  }

  /** How long the containers may take to be ready. Building images is not counted. Default: 180 s. */
  withStartupTimeout(startupTimeoutMs: number): this {
    this.#startupTimeoutMs = startupTimeoutMs;
    return this;
  }

  #with(environment: Readonly<Record<string, string>>): this {
    this.#environment = { ...this.#environment, ...environment };
    return this;
  }

  /** @throws Error that says what is in the way, what is wrong with the lab file, or what Docker said. */
  async start(): Promise<StartedManagedIdentityLab> {
    const engine = await findEngine();
    const directory = mkdtempSync(join(tmpdir(), 'managed-identity-lab-'));
    try {
      return await this.#startIn(directory, engine);
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  async #startIn(directory: string, engine: Engine): Promise<StartedManagedIdentityLab> {
    const files = findLabFiles();
    const profiles = [...new Set(this.#profiles)];
    const port = this.#port ?? (await freePort());
    const labFile = this.#labFileIn(directory, files.directory);
    const environment = { ...this.#environment, LAB_PORT: String(port), LAB_FILE: labFile };
    const projectWith = (images: Images) => {
      const override = join(directory, 'images.json');
      writeFileSync(override, JSON.stringify(overrideWith(model, images)));
      const overrides = [override];
      return composeProject({ engine, name: PROJECT, directory: files.directory, overrides, profiles, environment });
    };
    const plain = { engine, name: PROJECT, directory: files.directory, profiles, environment };
    const model = await composeProject(plain).model();
    refuseUnknown(profiles, model);
    // Before minutes are spent on images that a lab in the way would make useless.
    if (await isLeased(engine.api)) throw await inUse(engine, model);
    await refuseOthers(engine, model);
    const needed = neededImages(model, profiles);
    const given = this.#images;
    const images = await provideImages({ engine, files, needed, given, projectWith });

    const lease = await takeLease(engine, images.gateway ?? '');
    if (!lease) throw await inUse(engine, model);
    const project = projectWith(images);
    const end = async () => {
      try {
        await removeLab(engine, project);
      } finally {
        await lease.release();
      }
      rmSync(directory, { recursive: true, force: true });
    };
    try {
      const leftovers = await removeLab(engine, project);
      (await getReaper(await getContainerRuntimeClient())).addComposeProject(PROJECT);
      await this.#up(project).catch(async (error: unknown) => {
        if (!leftovers) throw error;
        // Compose of a run that was killed may have gone on for a while, and made again what had just been removed.
        await removeLab(engine, project);
        await this.#up(project);
      });
      const [token, caCertificate] = await Promise.all([
        readFrom(project, 'portal', '/var/lib/lab/api-token'),
        readFrom(project, 'outsider', '/etc/lab/ca.pem'),
      ]);
      return new StartedManagedIdentityLab({
        url: `http://localhost:${port}`,
        token,
        caCertificate,
        engine,
        model,
        end,
      });
    } catch (error) {
      await end().catch(() => {}); // why it could not start is what counts
      throw error;
    }
  }

  #labFileIn(directory: string, labDirectory: string): string {
    if (!this.#labFile) return join(labDirectory, 'lab.yaml');
    if ('path' in this.#labFile) {
      const { path } = this.#labFile;
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new Error(`There is no lab file ${path}`);
      return path;
    }
    const path = join(directory, 'lab.yaml');
    writeFileSync(path, this.#labFile.content); // JSON is YAML
    chmodSync(path, 0o644); // `pki` has another user than this process
    return path;
  }

  async #up(project: ComposeProject): Promise<void> {
    const timeout = String(Math.ceil(this.#startupTimeoutMs / 1000));
    const wait = ['--detach', '--wait', '--wait-timeout', timeout];
    const { code, stderr } = await project.run(['up', ...wait, '--no-build', '--pull', 'never']);
    if (code === 0) return;
    // What is wrong with the lab file `pki` says.
    const logs = await project.run(['logs', '--no-color', '--no-log-prefix', '--tail', '20', 'pki']);
    throw new Error(`The lab did not come up. ${stderr.trim()}\n${logs.stdout.trim()}`.trim());
  }
}

/** Compose starts less than was meant, and says nothing, for a profile that it does not know. */
export function refuseUnknown(profiles: readonly string[], model: ComposeModel): void {
  const known = [...new Set(Object.values(model.services).flatMap((service) => service.profiles ?? []))];
  const unknown = profiles.filter((profile) => !known.includes(profile));
  if (unknown.length > 0) throw new Error(`The lab has no profile ${unknown.join(', ')}. It has: ${known.join(', ')}`);
}

async function inUse(engine: Engine, model: ComposeModel): Promise<Error> {
  const holders = whatIsInTheWay(model, await listNetworks(engine)).join('\n');
  return new Error(
    `The lab cannot start: another test run has one, and an engine has room for one lab. Wait for its end.\n${holders}`,
  );
}

async function refuseOthers(engine: Engine, model: ComposeModel): Promise<void> {
  const others = whatIsInTheWay(model, await listNetworks(engine), PROJECT);
  if (others.length > 0) throw new Error(`The lab cannot start:\n${others.join('\n')}`);
}

async function readFrom(project: ComposeProject, service: string, path: string): Promise<string> {
  const { code, stdout, stderr } = await project.run(['exec', '--no-TTY', service, 'cat', path]);
  if (code !== 0) throw new Error(`${path} cannot be read in ${service}: ${stderr.trim()}`);
  return stdout.trim();
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
