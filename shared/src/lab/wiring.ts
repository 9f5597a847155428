import { z } from 'zod';

const Line = z.number().int().positive();

/** A part's way into a network, and the line that gives it. */
const Attachment = z.strictObject({
  name: z.string(),
  /** Where it is written as one; an address that a variable has a part in is not. */
  address: z.string().optional(),
  line: Line,
});

const Part = z.strictObject({
  /** The service's name in the file. */
  name: z.string(),
  /** The machine's own name, where it has one: `vm-app01`. */
  hostname: z.string().optional(),
  line: Line,
  /** Its `networks:`, from the first line to the last. Absent: it is on none. */
  networksLines: z.strictObject({ first: Line, last: Line }).optional(),
  networks: z.array(Attachment),
  /** What it is started with. Absent: it is always. */
  profile: z.string().optional(),
  profileLine: Line.optional(),
});

const Network = z.strictObject({
  name: z.string(),
  /** Nothing leads out of it. */
  internal: z.boolean(),
  line: Line,
  internalLine: Line.optional(),
});

/**
 * Who is on which network, with the line of the Compose file that says so: what the page shows as the cause of an isolation.
 * Lines count from 1.
 */
export const Wiring = z.strictObject({
  parts: z.array(Part),
  networks: z.array(Network),
  /** The file itself, a line each. */
  file: z.array(z.string()),
});
export type Wiring = z.infer<typeof Wiring>;
export type WiredPart = z.infer<typeof Part>;
