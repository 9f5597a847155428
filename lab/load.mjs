/**
 * `npm run lab -- load <file>`: brings the lab of a bundle up in a room without network. Plain JavaScript without a
 * dependency, because packages cannot be installed there either, and on an older Node (18 or newer). It builds nothing and
 * pulls nothing: all images are in the bundle.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The address of the metadata service: the one network that no second lab can have elsewhere. */
const METADATA_SUBNET = '169.254.169.248/29';

/**
 * @param {string} root The checkout.
 * @param {readonly string[]} args The bundle, and `--profile <names…>`.
 * @returns {number} exit code
 */
export function load(root, args) {
  const [file, flag, ...profiles] = args;
  if (file === undefined || file.startsWith('-') || (flag !== undefined && flag !== '--profile')) {
    return refuse('Usage: npm run lab -- load <file> [--profile <names…>]');
  }
  // npm runs its scripts in the checkout.
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  if (!existsSync(path))
    return refuse(`There is no file ${path}. Make one where there is a network: npm run lab -- bundle`);
  const holder = holderOfMetadata();
  if (holder !== undefined) return refuse(`The lab cannot start:\n${holder}`);

  const directory = join(root, '.lab', 'bundle');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if (run('tar', ['-xf', path, '-C', directory]) !== 0) return refuse(`${path} cannot be unpacked.`);
  const bundle = readBundle(directory);
  if (bundle === undefined) return refuse(`${path} is no bundle of the lab.`);
  const images = join(directory, 'images.tar');
  const loaded = run('docker', ['load', '--quiet', '--input', images]);
  rmSync(images, { force: true });
  if (loaded !== 0) return loaded;

  const compose = ['compose', '--project-directory', directory, '--file', join(directory, 'docker-compose.yml')];
  const chosen = profiles.flatMap((profile) => ['--profile', profile]);
  const environment = { LAB_FILE: join(directory, 'lab.yaml'), ...process.env };
  const up = ['up', '--detach', '--wait', '--no-build', '--pull', 'never'];
  const code = run('docker', [...compose, ...chosen, ...up], environment);
  if (code !== 0) {
    const engine = architectureOfEngine();
    if (engine !== undefined && engine !== bundle.architecture) {
      console.error(
        `The images are for ${bundle.architecture}, and this engine is ${engine}: make the bundle on such a machine.`,
      );
    }
    return code;
  }
  console.log(`The lab is up: http://localhost:${process.env.LAB_PORT ?? 8080}`);
  console.log(`What it contains: ${environment.LAB_FILE}`);
  return 0;
}

/** Who holds the address of the metadata service, in the words of `npm run lab -- doctor`. */
function holderOfMetadata() {
  const own = process.env.COMPOSE_PROJECT_NAME ?? 'managed-identity-lab';
  const ids = ask('docker', ['network', 'ls', '--quiet', '--no-trunc']).split('\n').filter(Boolean);
  const networks = ids.length === 0 ? [] : (parse(ask('docker', ['network', 'inspect', ...ids])) ?? []);
  for (const { Name, Labels, IPAM } of networks) {
    const project = Labels?.['com.docker.compose.project'];
    if (project === own || !IPAM?.Config?.some(({ Subnet }) => Subnet === METADATA_SUBNET)) continue;
    const whose = project === undefined ? '' : ` of the Compose project ${project}`;
    const removal =
      project === undefined ? `docker network rm ${Name}` : `docker compose -p ${project} down --remove-orphans`;
    return `The network ${Name}${whose} holds ${METADATA_SUBNET}, where the lab's network vm has to be (${METADATA_SUBNET}).\n  → ${removal}`;
  }
  return undefined;
}

/** What the bundle says about itself; undefined for any other archive. */
function readBundle(directory) {
  try {
    const bundle = parse(readFileSync(join(directory, 'bundle.json'), 'utf8'));
    return typeof bundle?.architecture === 'string' && existsSync(join(directory, 'docker-compose.yml'))
      ? bundle
      : undefined;
  } catch {
    return undefined;
  }
}

const architectureOfEngine = () => ask('docker', ['version', '--format', '{{.Server.Arch}}']).trim() || undefined;

/** Runs a program on this terminal. */
function run(file, args, environment = process.env) {
  const { status, error } = spawnSync(file, args, { stdio: 'inherit', env: environment });
  if (error) console.error(error.message);
  return status ?? 1;
}

/** What a program prints; nothing where it fails. */
function ask(file, args) {
  try {
    return execFileSync(file, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch {
    return '';
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(text) {
  console.error(text);
  return 1;
}
