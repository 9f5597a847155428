import { z } from 'zod';

/** How far a request came that got no answer, as an agent says it. */
const FAILURES = ['no-name', 'no-route', 'refused', 'timeout', 'tls', 'closed'] as const;

const durationMs = z.number().min(0).max(600_000);
const Word = z.string().regex(/^\w{1,80}$/);

const Probed = z.object({
  durationMs,
  status: z.int().min(100).max(999).optional(),
  failure: z.enum(FAILURES).optional(),
  code: Word.optional(),
  address: z.union([z.ipv4(), z.ipv6()]).optional(),
});

/** What an agent says about its probes. A workload is not trusted: what it says is bounded. */
export const ProbeAnswer = z.object({
  wayOut: z.boolean(),
  results: z
    .array(
      z.union([
        z.object({
          target: z.string().max(64),
          durationMs,
          failure: z.literal('no-token'),
          tokenRefused: Probed,
        }),
        Probed.extend({ target: z.string().max(64) }),
      ]),
    )
    .max(100),
});
export type ProbeAnswer = z.infer<typeof ProbeAnswer>;
export type ProbeResult = ProbeAnswer['results'][number];
