import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { composeArgs, readModel, urlOf } from '../docker/compose.ts';
import { readState } from '../docker/state.ts';
import { labFileOf } from '../doctor/probe.ts';
import { capture } from '../processes.ts';
import { labApi } from '../support/lab-api.ts';
import { type ShownLabFile, withoutSecrets } from '../support/lab-file.ts';
import { writeReport } from '../support/report.ts';
import { sectionsOf } from '../support/sections.ts';
import { describeDoctor } from './doctor.ts';
import { tokenIn } from './token.ts';

/**
 * Everything that helps to find out what was wrong, as one file: for an issue, or to be kept by a CI job. Plain text, so that
 * it can be read where it lies; compressed where its name ends in `.gz`.
 */
export async function support(file = 'lab-support.txt'): Promise<number> {
  const read = await readModel();
  const model = 'model' in read ? read.model : undefined;
  const labFile = readLabFile(labFileOf(model));
  const known = await knownSecrets();
  const url = model ? urlOf(model) : `http://localhost:${process.env.LAB_PORT ?? 8080}`;
  const text = await writeReport(
    sectionsOf({
      capture,
      compose: (...args) => capture('docker', composeArgs(args)),
      services: Object.keys(model?.services ?? {}),
      ask: labApi(
        url,
        known.map(tokenIn).find((token) => token !== undefined),
      ),
      doctor: async () => (await describeDoctor()).text,
      labFile: () => labFile.text,
      now: () => new Date(),
    }),
    [...known, ...labFile.secrets],
  );
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file); // npm runs its scripts in the checkout
  // Whole or not at all, and for its owner: what nobody knew to be a secret is in it.
  await writeFile(`${path}.part`, path.endsWith('.gz') ? await promisify(gzip)(text) : text, { mode: 0o600 });
  await rename(`${path}.part`, path);
  console.log(`${path}\nSecrets that the lab knows are taken out of it. Look through it before you pass it on.`);
  return 0;
}

function readLabFile(path: string): ShownLabFile {
  try {
    return withoutSecrets(readFileSync(path, 'utf8'));
  } catch (error) {
    return { text: `(not to be had: ${error instanceof Error ? error.message : String(error)})`, secrets: [] };
  }
}

/**
 * Secrets that the lab has made: the token of the lab API, those of operators and function apps. None where there is no lab,
 * or its state cannot be read.
 */
async function knownSecrets(): Promise<string[]> {
  const files = ['portal/api-token', 'operator/credentials.json', 'workloads/*/env'];
  const read = await readState(`for file in ${files.join(' ')}; do cat "$file"; echo; done 2>/dev/null`);
  return secretsIn(read?.stdout ?? '');
}

/** @param text A token on a line of its own, JSON with `clientSecret`, and lines `NAME=value`. */
export const secretsIn = (text: string): string[] => [
  ...[...text.matchAll(/^[\w-]{43}$/gm)].map(([token]) => token),
  ...[...text.matchAll(/"clientSecret"\s*:\s*("(?:[^"\\]|\\.)*")/g)].map(([, json = '""']) => String(JSON.parse(json))),
  ...[...text.matchAll(/^(?:IDENTITY_HEADER|MSI_SECRET)=(.+)$/gm)].map(([, value = '']) => value.trim()),
];
