import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateFiles, filesIn } from '@lab/pki/domain/issue-certificates.ts';
import { type ClientSecret, type LabSecrets, secretsFrom } from '@lab/shared/lab/secrets.ts';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';

/** Where a lab keeps what it knows: nowhere but in memory, or in a directory, from which the next one goes on. */
export type State = {
  /** For what other programs read: certificates of authorities, tokens of pods, content of blobs. */
  readonly directory: string;
  /** Whether an earlier lab has left something here. */
  readonly isContinued: boolean;
  databaseOf(service: string): string;
  /** Certificates and keys of the lab's own TLS. */
  readonly certificates: CertificateFiles;
  readonly secrets: LabSecrets;
  /** The value of `IDENTITY_HEADER` on a virtual machine. */
  machineSecret(resourceId: string): string;
  readonly apiToken: string;
  /** Lets go of the directory; what is there stays, unless it was made for this lab alone. */
  close(): void;
};

const Kept = z.object({
  operators: z.record(z.string(), z.object({ value: z.string(), issuedAt: z.number(), expiresOn: z.number() })),
  identityHeaders: z.record(z.string(), z.string()),
  machineKey: z.string(),
  apiToken: z.string(),
});
type Kept = z.infer<typeof Kept>;

/** @throws Error in one sentence where another lab is using the directory. */
export function openState(directory: string | undefined, now: number): State {
  return directory === undefined ? inMemory(now) : inDirectory(directory, now);
}

function inMemory(now: number): State {
  const directory = mkdtempSync(join(tmpdir(), 'managed-identity-lab-'));
  const files = new Map<string, string>();
  return {
    directory,
    isContinued: false,
    databaseOf: () => ':memory:',
    certificates: {
      read: (path) => files.get(path),
      write: (path, content) => void files.set(path, content),
    },
    ...secretsOf(undefined, now),
    close: removedAtTheEnd(directory),
  };
}

/** Directories of labs that are open, for a program that ends without closing them: it failed, or called `process.exit`. */
const left = new Set<string>();
const remove = (directory: string) => rmSync(directory, { recursive: true, force: true });
const removeAll = () => left.forEach(remove);

/** @returns what removes it earlier. */
function removedAtTheEnd(directory: string): () => void {
  if (left.size === 0) process.on('exit', removeAll);
  left.add(directory);
  return () => {
    remove(directory);
    left.delete(directory);
    if (left.size === 0) process.off('exit', removeAll);
  };
}

/** Who is nobody else's to read: it holds the keys of the lab. */
const PRIVATE = { recursive: true, mode: 0o700 } as const;
const SECRETS = 'secrets.json';

function inDirectory(directory: string, now: number): State {
  mkdirSync(directory, PRIVATE);
  const release = lock(directory);
  try {
    const files = filesIn(directory);
    const text = files.read(SECRETS);
    const { kept, ...secrets } = secretsOf(text === undefined ? undefined : keptIn(directory, text), now);
    const save = () => files.write(SECRETS, JSON.stringify(kept()), 0o600);
    save();
    return {
      directory,
      isContinued: text !== undefined,
      databaseOf: (service) => {
        mkdirSync(join(directory, service), PRIVATE);
        return join(directory, service, 'data.sqlite');
      },
      certificates: files,
      ...secrets,
      close: () => {
        save(); // those that were made meanwhile
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws Error where the file is somebody else's, or damaged. It is left as it is. */
function keptIn(directory: string, text: string): Kept {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    throw new Error(`${join(directory, SECRETS)} was not written by a lab. Give this lab a directory of its own.`);
  }
}

/** A lock that ends with its process, however that ends: an open transaction of SQLite. */
function lock(directory: string): () => void {
  const db = new Sqlite(join(directory, 'lock.sqlite'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const isTaken = (error as { code?: unknown }).code === 'SQLITE_BUSY';
    throw isTaken
      ? new Error(`Another lab is using ${directory}. Close it, or give this one another directory.`)
      : error;
  }
  return () => db.close();
}

/** A secret that ends within this time is made anew. */
const MARGIN_SECONDS = 30 * 86_400;

function secretsOf(earlier: Kept | undefined, now: number) {
  const current = Object.entries(earlier?.operators ?? {}).filter(
    ([, { expiresOn }]) => now < expiresOn - MARGIN_SECONDS,
  );
  const operators = new Map<string, ClientSecret>(current);
  const identityHeaders = new Map(Object.entries(earlier?.identityHeaders ?? {}));
  const machineKey = earlier?.machineKey ?? randomBytes(32).toString('base64url');
  const apiToken = earlier?.apiToken ?? randomBytes(32).toString('base64url');
  return {
    apiToken,
    secrets: secretsFrom({ operators, identityHeaders }, now),
    machineSecret: (resourceId: string) =>
      createHmac('sha256', machineKey).update(resourceId.toLowerCase()).digest('hex').slice(0, 32).toUpperCase(),
    kept: (): Kept => ({
      operators: Object.fromEntries(operators),
      identityHeaders: Object.fromEntries(identityHeaders),
      machineKey,
      apiToken,
    }),
  };
}
