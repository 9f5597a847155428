import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The tokens that pods find in their file system. */
export type TokenFiles = {
  /** Puts a pod's token in place of the one before. Whoever reads meanwhile gets the old one or the new one, whole. */
  write(pod: string, token: string): void;
  /** Takes away the tokens of all pods but these. */
  keepOnly(pods: readonly string[]): void;
};

/** `AZURE_FEDERATED_TOKEN_FILE`, in the directory that the webhook of workload identity mounts. */
export const TOKEN_FILE = 'azure-identity-token';

/**
 * Tokens as files, written as the kubelet writes volumes: a new directory beside the old one, and a symbolic link that is
 * renamed over the one before. The path that programs know is a link through that link, and never changes.
 *
 *     azure-identity-token -> ..data/azure-identity-token
 *     ..data -> ..2026_01_01_10_00_00.Xy12ab
 *
 * Deviation: the version before stays until the next one is written. Who follows the links just while they are swapped
 * would find it gone.
 *
 * @param root A directory per pod is made here. The names of pods are those of the lab file, which allows no path.
 * @see https://github.com/kubernetes/kubernetes, pkg/volume/util/atomic_writer.go
 */
export function tokenFiles(root: string): TokenFiles {
  const versionsIn = (directory: string) =>
    readdirSync(directory).filter((name) => name.startsWith('..') && name !== '..data' && name !== '..data_tmp');
  return {
    write: (pod, token) => {
      if (!/^[a-z0-9-]+$/.test(pod)) throw new Error('the name of a pod is no name of a directory');
      const directory = join(root, pod);
      mkdirSync(directory, { recursive: true });
      const old = versionsIn(directory);
      const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');
      const fresh = mkdtempSync(join(directory, `..${stamp}.`));
      chmodSync(fresh, 0o755);
      writeFileSync(join(fresh, TOKEN_FILE), token, { mode: 0o644, flush: true });
      const link = join(directory, '..data_tmp');
      rmSync(link, { force: true }); // of a process that was killed just here
      symlinkSync(fresh.slice(directory.length + 1), link);
      const data = join(directory, '..data');
      const before = existsSync(data) ? readlinkSync(data) : undefined;
      renameSync(link, data);
      const path = join(directory, TOKEN_FILE);
      if (!existsSync(path)) {
        rmSync(path, { force: true });
        symlinkSync(join('..data', TOKEN_FILE), path);
      }
      for (const name of old) if (name !== before) rmSync(join(directory, name), { recursive: true });
    },
    keepOnly: (pods) => {
      for (const pod of existsSync(root) ? readdirSync(root) : []) {
        if (pods.includes(pod)) continue;
        for (const name of readdirSync(join(root, pod))) rmSync(join(root, pod, name), { recursive: true });
      }
    },
  };
}
