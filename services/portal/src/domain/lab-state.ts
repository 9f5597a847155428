import { RESOURCE } from '@lab/shared/feed/resources.ts';
import { z } from 'zod';
import type { ControlCall } from './control-call.ts';

/** Something that exists in the lab. What else it has depends on its kind; the value of a secret is in none. */
export const LabResource = z.looseObject({
  kind: z.string().meta({ description: `Such as ${Object.keys(RESOURCE).slice(0, 3).join(', ')}.` }),
  id: z.string(),
});

export const AppliedPatch = z.strictObject({
  added: z.number().int(),
  changed: z.number().int(),
  resources: z.array(LabResource).meta({ description: 'Those that the file names, as they are now.' }),
});

export type LabState = {
  /** @param kind Absent: of all kinds. */
  resources(kind: string | undefined): Promise<z.infer<typeof LabResource>[]>;
  /** @param text A partial lab file. Throws `invalid` InvalidLabFile with a line per mistake. */
  patch(text: string): Promise<z.infer<typeof AppliedPatch>>;
};

/** What the lab contains. Only translated here: `arm` owns it. */
export const fabricState = (control: ControlCall): LabState => ({
  resources: async (kind) => {
    const query = kind === undefined ? '' : `?kind=${encodeURIComponent(kind)}`;
    const answer = z.object({ resources: z.array(LabResource) });
    return (await control('arm', 'GET', `/resources${query}`, { answer, timeoutMs: PATIENCE_MS })).resources;
  },
  patch: (text) => control('arm', 'PATCH', '/lab', { body: { text }, answer: AppliedPatch, timeoutMs: PATIENCE_MS }),
});

/** Longer than `arm` waits for those who follow it. */
const PATIENCE_MS = 15_000;
