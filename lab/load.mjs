/**
 * `npm run lab -- load <file>`: brings the lab of a bundle up in a room without network. Plain JavaScript without a
 * dependency, because packages cannot be installed there either, and on an older Node (18 or newer). It builds nothing and
 * pulls nothing: all images are in the bundle.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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
  const unpacked = `${directory}.new`;
  const bundle = unpack(path, unpacked);
  if (bundle === undefined) {
    rmSync(unpacked, { recursive: true, force: true });
    return refuse(`${path} is no bundle of the lab.`);
  }
  const images = join(unpacked, 'images.tar');
  const loaded = run('docker', ['load', '--quiet', '--input', images]);
  rmSync(images, { force: true });
  if (loaded !== 0) return loaded;
  // The one before is kept until here: a lab may run from it.
  rmSync(directory, { recursive: true, force: true });
  renameSync(unpacked, directory);

  const compose = ['compose', '--project-directory', directory, '--file', join(directory, 'docker-compose.yml')];
  const chosen = profiles.flatMap((profile) => ['--profile', profile]);
  const environment = {
    ...process.env,
    LAB_FILE: process.env.LAB_FILE ? resolve(root, process.env.LAB_FILE) : join(directory, 'lab.yaml'),
  };
  if (profiles.length > 0) {
    const known = ask('docker', [...compose, 'config', '--profiles'], environment)
      .split('\n')
      .filter(Boolean);
    const unknown = profiles.filter((profile) => !known.includes(profile));
    if (unknown.length > 0) return refuse(`The lab has no profile ${unknown.join(', ')}. It has: ${known.join(', ')}`);
  }
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

const CONTENTS = ['bundle.json', 'docker-compose.yml', 'lab.yaml', 'images.tar'];

/**
 * Takes these files out of an archive and nothing else: no link that leads elsewhere, no owner and no mode of its own.
 * @returns what the bundle says about itself; undefined for any other archive.
 */
function unpack(file, directory) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const plainly = ['--no-same-owner', '--no-same-permissions'];
  if (run('tar', ['-xf', file, '-C', directory, ...plainly, ...CONTENTS]) !== 0) return undefined;
  const paths = CONTENTS.map((name) => join(directory, name));
  if (paths.some((path) => !isPlainFile(path))) return undefined;
  for (const path of paths) chmodSync(path, 0o644); // `pki` reads two of them, as another user
  const bundle = parse(readFileSync(join(directory, 'bundle.json'), 'utf8'));
  return typeof bundle?.architecture === 'string' ? bundle : undefined;
}

function isPlainFile(path) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.nlink === 1;
}

const architectureOfEngine = () => ask('docker', ['version', '--format', '{{.Server.Arch}}']).trim() || undefined;

/** Runs a program on this terminal. */
function run(file, args, environment = process.env) {
  const { status, error } = spawnSync(file, args, { stdio: 'inherit', env: environment });
  if (error) console.error(error.message);
  return status ?? 1;
}

/** What a program prints; nothing where it fails. */
function ask(file, args, environment = process.env) {
  try {
    return execFileSync(file, args, {
      encoding: 'utf8',
      env: environment,
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
