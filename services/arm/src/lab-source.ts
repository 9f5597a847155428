import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { type Kind, RESOURCE, type Resource } from '@lab/shared/feed/resources.ts';
import { Cluster, Slot } from '@lab/shared/lab/lab-state.ts';
import { z } from 'zod';

/** Where the resolved lab file comes from. */
export type LabSource = {
  read(): readonly Resource[];
  /** Where virtual machines can be. Absent in the embedded lab, where all share one address. */
  slots?(): readonly Slot[];
  clusters?(): readonly Cluster[];
  /** @returns a function that ends the subscription. */
  onChange(listener: () => void): () => void;
};

const LabJson = z.object({
  slots: z.array(Slot).default([]),
  clusters: z.array(Cluster).default([]),
  resources: z.array(
    z.object({ kind: z.enum(Object.keys(RESOURCE) as [Kind, ...Kind[]]), id: z.string(), value: z.unknown() }),
  ),
});

/**
 * `lab.json`, which `pki` writes after it has checked `lab.yaml`; a new one is noticed within a second, so that a second
 * `docker compose up` applies a changed file to a running lab.
 */
export const labJson = (path: string): LabSource => ({
  read: () =>
    LabJson.parse(JSON.parse(readFileSync(path, 'utf8'))).resources.map(
      ({ kind, id, value }) => ({ kind, id, value: RESOURCE[kind].parse(value) }) as Resource,
    ),
  slots: () => LabJson.pick({ slots: true }).parse(JSON.parse(readFileSync(path, 'utf8'))).slots,
  clusters: () => LabJson.pick({ clusters: true }).parse(JSON.parse(readFileSync(path, 'utf8'))).clusters,
  onChange: (listener) => {
    watchFile(path, { interval: 500, persistent: false }, listener);
    return () => unwatchFile(path, listener);
  },
});
