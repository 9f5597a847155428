import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { ENTRA, labAuthority } from './authority.ts';
import { fetchJsonTrusting } from './fetch-json.ts';
import { LAB_CA, OTHER_LAB_CA, startEntra, WORLD_CA } from './testing.ts';

/** What comes of a question to an Entra whose certificate `signer` made, trusting these authorities. */
async function ask(signer: typeof LAB_CA, trusted: readonly string[]) {
  const entra = await startEntra(signer);
  const fetchJson = fetchJsonTrusting(trusted);
  onTestFinished(() => {
    fetchJson.close();
    entra.close();
  });
  const answer = await fetchJson(`${entra.origin}/lab/clock`).then(
    () => 'taken',
    () => 'refused',
  );
  return { answer, requests: entra.state.asked.length };
}

function bundleOf(...certificates: string[]): NodeJS.ProcessEnv {
  const directory = mkdtempSync(join(tmpdir(), 'authority-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'bundle.pem');
  writeFileSync(path, certificates.join('\n'));
  return { NODE_EXTRA_CA_CERTS: path };
}

it("trusts the lab's authority for the lab, out of all that the environment names", async () => {
  const { ca, origin, isLab } = labAuthority({}, bundleOf(WORLD_CA.cert, LAB_CA.cert));
  expect([origin, isLab]).toEqual(['https://login.microsoftonline.com', true]);
  expect(await ask(LAB_CA, ca)).toEqual({ answer: 'taken', requests: 1 });
  expect(await ask(WORLD_CA, ca)).toEqual({ answer: 'refused', requests: 0 });
  expect(await ask(OTHER_LAB_CA, ca)).toEqual({ answer: 'refused', requests: 0 });
});

it("does not take the lab's Entra for the real one, whatever the environment trusts", async () => {
  expect(ENTRA).toMatchObject({ origin: 'https://login.microsoftonline.com', isLab: false });
  expect(await ask(LAB_CA, ENTRA.ca)).toEqual({ answer: 'refused', requests: 0 });
  // Node reads the variable when it starts. What `fetch` trusts then, the middleware still does not.
  const entra = await startEntra(LAB_CA);
  onTestFinished(entra.close);
  const script = `
    import { ENTRA } from '${import.meta.dirname}/authority.ts';
    import { fetchJsonTrusting } from '${import.meta.dirname}/fetch-json.ts';
    const url = '${entra.origin}/lab/clock';
    const taken = (answer) => answer.then(() => 'taken', () => 'refused');
    console.log(await taken(fetch(url)), await taken(fetchJsonTrusting(ENTRA.ca)(url)));
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    console.log(await taken(fetchJsonTrusting(ENTRA.ca)(url)));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...bundleOf(LAB_CA.cert) },
  });
  expect(stdout.split('\n').slice(0, 2)).toEqual(['taken refused', 'refused']);
});

it('takes an authority that it is given, as the embedded lab has one', () => {
  const given = labAuthority({ authority: 'https://localhost:4711/', ca: LAB_CA.cert }, {});
  expect([given.origin, given.ca]).toEqual(['https://localhost:4711', [LAB_CA.cert]]);
  const environment = { AZURE_AUTHORITY_HOST: 'https://localhost:4712/', ...bundleOf(LAB_CA.cert) };
  expect(labAuthority({}, environment).origin).toBe('https://localhost:4712');
});

it.each([
  ['no certificate', {}, {}, /no certificate authority .* in NODE_EXTRA_CA_CERTS/],
  ['a file that is not there', {}, { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }, /NODE_EXTRA_CA_CERTS/],
  ["another's certificate", { ca: WORLD_CA.cert }, {}, /no certificate authority .* in lab\.ca/],
  ['what is no certificate', { ca: 'x' }, {}, /lab\.ca/],
  ['plain HTTP', { authority: 'http://localhost', ca: LAB_CA.cert }, {}, /lab\.authority: expected an https URL/],
  ['no URL', { authority: 'localhost', ca: LAB_CA.cert }, {}, /lab\.authority/],
])('refuses %s for the lab', (_, options, environment, message) =>
  expect(() => labAuthority(options, environment)).toThrow(message),
);

it('asks for no more than a document: nothing else, nothing long, nowhere else', async () => {
  const entra = await startEntra();
  const fetchJson = fetchJsonTrusting([LAB_CA.cert]);
  onTestFinished(() => {
    fetchJson.close();
    entra.close();
  });
  entra.state.isDown = true;
  await expect(fetchJson(`${entra.origin}/x`)).rejects.toThrow('answered 503');
});
