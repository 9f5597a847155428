#!/usr/bin/env node
/**
 * The door to every command of the lab, in plain JavaScript without a dependency, so that it runs on a fresh clone and on
 * an older Node (18 or newer): it sees to it that the packages are installed and that Node is new enough, and then runs
 * `src/main.ts`. Where this Node is new enough the commands run in this process; otherwise in one of Node 24, from the
 * npm registry, which takes this one's place.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const mainFile = join(here, 'src', 'main.ts');
/** What is remembered between runs; git does not see it. */
const memory = join(root, '.lab');
/** npm and npx are scripts that only a shell finds on Windows. */
const shell = process.platform === 'win32';

const wanted = Number(/\d+/.exec(readJson(join(root, 'package.json'))?.engines?.node ?? '')?.[0] ?? 24);
const majorOf = (version) => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);

// Where there is no network nothing can be installed, and nothing is needed.
if (process.argv[2] === 'load') {
  const { load } = await import('./load.mjs');
  process.exit(load(root, process.argv.slice(3)));
}

const node = majorOf(process.version) >= wanted ? process.execPath : await newerNode();
// Whatever the commands start with `node` in its first line (npm, tsc, vitest) runs on this one too.
const environment = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
if (!isInstalled()) await alone(install);

if (node === process.execPath) {
  process.env.PATH = environment.PATH;
  // Half the time that a command takes to begin is the compiling of TypeScript, which Node remembers if it is let.
  nodeModule.enableCompileCache?.(join(memory, 'compile-cache'));
  await import('./src/main.ts');
} else {
  runInstead(node, [mainFile, ...process.argv.slice(2)]);
}

/** Node of the wanted version from its npm package; where it is was written down by the first run. */
async function newerNode() {
  const note = join(memory, `node-${wanted}`);
  return remembered(note) ?? (await alone(() => remembered(note) ?? fetchNode(note)));
}

function remembered(note) {
  try {
    const path = readFileSync(note, 'utf8');
    return majorOf(execFileSync(path, ['--version'], { encoding: 'utf8' })) >= wanted ? path : undefined;
  } catch {
    return undefined;
  }
}

function fetchNode(note) {
  say(`Node ${process.version} is older than the lab needs: it runs on Node ${wanted}, through npx node@${wanted}.`);
  const args = ['--yes', `node@${wanted}`, '--print', 'process.execPath'];
  try {
    const path = execFileSync('npx', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      shell,
    });
    writeFileSync(note, path.trim());
    return path.trim();
  } catch {
    return fail(`Node ${wanted} could not be fetched. Install Node ${wanted} and try again.`);
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm leaves a copy of the lock file there when it has finished;
 * entries of other platforms are missing from it. Contents and not dates are compared: git changes the dates.
 */
function isInstalled() {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  if (!installed || !locked) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (!found) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function install() {
  if (isInstalled()) return; // somebody else has done it while this one waited
  say('Installing the packages that package-lock.json names (npm ci) …');
  try {
    execFileSync('npm', ['ci', '--loglevel=error'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell,
    });
  } catch {
    fail('The packages could not be installed; npm says why above. Try: npm ci');
  }
}

/** Runs the work when no other process in this checkout does such work: two `npm ci` at once delete each other's files. */
async function alone(work) {
  mkdirSync(memory, { recursive: true });
  const lock = join(memory, 'setup.lock');
  for (let waited = 0; ; waited += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (waited === 0) say('Another command is setting up this checkout; waiting for it …');
    if (!isAlive(lock)) rmSync(lock, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Whether the process that wrote the lock still runs. A lock that is just being written counts as alive. */
function isAlive(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Runs a program in this one's place: its streams, its exit code, its signals. */
function runInstead(file, args) {
  const child = spawn(file, args, { env: environment, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Ctrl-C reaches every process of a terminal by itself.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
