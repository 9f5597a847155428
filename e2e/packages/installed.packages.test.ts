import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packages } from '@lab/lab/packages/workspaces.ts';
import { capture } from '@lab/lab/processes.ts';
import { ROOT } from '@lab/lab/root.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installPackages } from './install.ts';

/** What a user gets with each package, besides the package itself. A new name here is a question to ask. */
const DEPENDENCIES: Record<string, readonly string[]> = {
  '@managed-identity-lab/client': [],
  '@managed-identity-lab/embedded': [
    '@managed-identity-lab/client',
    '@managed-identity-lab/express',
    '@peculiar/asn1-schema',
    '@peculiar/asn1-x509',
    '@peculiar/x509',
    'better-sqlite3',
    'express',
    'helmet',
    'jsonwebtoken',
    'jwks-rsa',
    'pino',
    'reflect-metadata',
    'saxes',
    'undici',
    'uuid',
    'yaml',
    'zod',
  ],
  '@managed-identity-lab/express': ['jsonwebtoken', 'jwks-rsa'],
  '@managed-identity-lab/testcontainers': ['@managed-identity-lab/client'],
};

const names = packages().map(({ manifest }) => manifest.name);

/** Once, since that takes half of the time. */
let installed: Installed;
beforeAll(async () => {
  installed = await installPackages();
});
afterAll(() => installed?.remove());

const placeOf = (name: string): string => join(installed.directory, 'node_modules', name);
const manifestOf = (name: string) => JSON.parse(readFileSync(join(placeOf(name), 'package.json'), 'utf8'));
/** As npm unpacked it, with slashes; what its dependencies brought along is theirs. */
const filesOf = (name: string): string[] =>
  globSync('**/*', { cwd: placeOf(name), withFileTypes: true, exclude: ['node_modules'] })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(placeOf(name).length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
/** The sources that the Testcontainers module builds images from: they are data to it, and no code of its own. */
const isLabCopy = (file: string): boolean => file.startsWith('lab/');

it('every package that people install is looked at', () => {
  expect(names.toSorted()).toEqual(Object.keys(DEPENDENCIES).toSorted());
});

describe.each(names)('%s', (name) => {
  it('has code, types and the files that the code reads, and nothing of the workshop', () => {
    const files = filesOf(name);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const odd = files.filter(
      (file) => file.startsWith('lib/') && !/\.(js|d\.ts|json|sql|yaml|html|css|svg)$/.test(file),
    );
    expect(odd).toEqual([]);
    // What images are built of is TypeScript, as in the repository.
    const ownFiles = files.filter((file) => !isLabCopy(file));
    expect(ownFiles.filter((file) => /(^|\/)(testing|fake-\w+)(\/|\.)|\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('depends on nothing that a user would not expect', () => {
    const { dependencies = {}, scripts, devDependencies, license, version } = manifestOf(name);
    expect(Object.keys(dependencies).toSorted()).toEqual(DEPENDENCIES[name]);
    expect([scripts, devDependencies, license]).toEqual([undefined, undefined, 'MIT']);
    for (const [other, range] of Object.entries(dependencies)) {
      expect([other, range]).toEqual([other, names.includes(other) ? version : expect.stringMatching(/^[~^]\d/)]);
    }
  });

  it('has no trace of the repository it was built in, and no key', () => {
    for (const file of filesOf(name)) {
      const text = readFileSync(join(placeOf(name), file), 'utf8');
      const isPrivate = /from\s*["']@lab\//.test(text) && !isLabCopy(file);
      expect([file, text.includes(ROOT), isPrivate]).toEqual([file, false, false]);
      expect([file, /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]/.test(text)]).toEqual([file, false]);
    }
  });

  it('exports what Node finds', async () => {
    const keys = Object.keys(manifestOf(name).exports).filter((key) => key.endsWith('.json') === false);
    expect(keys).toContain('.');
    for (const key of keys) {
      const specifier = name + key.slice(1);
      const script = `const all = await import('${specifier}'); console.log(Object.keys(all).length > 0)`;
      const { stdout, stderr } = await capture(process.execPath, ['--input-type=module', '-e', script], {
        cwd: installed.directory,
      });
      expect([specifier, stdout.trim(), stderr]).toEqual([specifier, 'true', '']);
    }
  });
});

it.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])(
  'the types of all packages are found by TypeScript with module %s and moduleResolution %s',
  async (module, moduleResolution) => {
    const file = join(installed.directory, `types-${moduleResolution}.ts`);
    const specifiers = names.flatMap((name) =>
      Object.keys(manifestOf(name).exports)
        .filter((key) => !key.endsWith('.json'))
        .map((key) => name + key.slice(1)),
    );
    // A package whose types are not found would be `any`, and a number among other things.
    const lines = specifiers.map(
      (specifier, i) =>
        `import * as p${i} from '${specifier}';\n// @ts-expect-error\nexport const n${i}: number = p${i};`,
    );
    writeFileSync(file, lines.join('\n'));
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--strict', '--noEmit', '--target', 'esnext', '--types', 'node'];
    const { code, stdout } = await capture(
      process.execPath,
      [compiler, ...options, '--module', module, '--moduleResolution', moduleResolution, file],
      { cwd: installed.directory, timeoutMs: 60_000 },
    );
    expect([code, stdout]).toEqual([0, '']);
  },
);

it('the embedded lab that was packed runs its programs and shows its page, as in the repository', async () => {
  const script = `
    import { startLab } from '@managed-identity-lab/embedded';
    await using lab = await startLab();
    const { outcome } = await lab.api.run('vm-app01');
    const page = await (await fetch(lab.url)).text();
    const [, file] = /src="\\.\\/(assets\\/[^"]+[.]js)"/.exec(page) ?? [];
    const script = await fetch(lab.url + '/' + file);
    const texts = await fetch(lab.url + '/texts/es.json');
    console.log(outcome, script.status, texts.status);`;
  const { stdout, stderr } = await capture(process.execPath, ['--input-type=module', '-e', script], {
    cwd: installed.directory,
    timeoutMs: 60_000,
  });
  expect([stdout.trim(), stderr]).toEqual(['succeeded 200 200', '']);
});

it('the embedded lab says which packages it needs for spans, where somebody wants spans and has none of them', async () => {
  const script = `
    import { startLab } from '@managed-identity-lab/embedded';
    await startLab({ collector: { endpoint: 'http://127.0.0.1:1' } }).catch(({ message }) => console.log(message));`;
  const { stdout, stderr } = await capture(process.execPath, ['--input-type=module', '-e', script], {
    cwd: installed.directory,
    timeoutMs: 60_000,
  });
  expect([stdout.trim(), stderr]).toEqual([expect.stringMatching(/: npm install '@opentelemetry\/api@\^1/), '']);
});

it.concurrent.each(['node-test', 'jest', 'vitest'])('the example of examples/tests/%s passes', async (example) => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const cwd = join(installed.directory, example);
  const { code, stdout, stderr } = await capture(npm, ['test'], { cwd, timeoutMs: 60_000 });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
});
