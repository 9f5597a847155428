import { LAB_METHODS, LAB_REQUEST_LIMITS } from '@lab/shared/lab/lab-request.ts';
import { z } from 'zod';

const Header = z.tuple([z.string(), z.string()]);

/** A request that a person lets a workload send. What it may be is in `shared/src/lab/lab-request.ts`. */
export const RequestBody = z.strictObject({
  method: z.enum(LAB_METHODS),
  url: z
    .string()
    .max(8 * 1024)
    .meta({ description: "One of the lab's own names." }),
  headers: z.array(Header).max(LAB_REQUEST_LIMITS.headers).optional(),
  body: z.string().max(LAB_REQUEST_LIMITS.body).optional(),
});
export type RequestBody = z.infer<typeof RequestBody>;

/** What came of it, as the agent says. A workload is not trusted: what it says is bounded. */
export const ResponseBody = z.union([
  z.object({
    status: z.int().min(100).max(999),
    statusText: z.string().max(1_000),
    headers: z.array(Header).max(1_000),
    body: z.string().max(LAB_REQUEST_LIMITS.body).meta({ description: 'As text; bytes that are none are replaced.' }),
    truncated: z.boolean().meta({ description: 'There was more of it.' }),
    durationMs: z.number(),
    remoteAddress: z.string().max(64).optional().meta({ description: 'Who answered.' }),
  }),
  z.object({
    error: z.object({
      code: z
        .enum(['default-route', 'no-name', 'no-route', 'refused', 'timeout', 'tls', 'cut', 'no-http', 'failed'])
        .meta({ description: 'What stopped it: no answer came.' }),
      message: z.string().max(1_000),
    }),
    durationMs: z.number(),
  }),
]);
export type ResponseBody = z.infer<typeof ResponseBody>;
