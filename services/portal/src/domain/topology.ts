import type { Wiring } from '@lab/shared/lab/wiring.ts';
import { z } from 'zod';

const Line = z.number().int().positive().meta({ description: 'Of docker-compose.yml, from 1.' });

/** Who is on which network, and what docker-compose.yml says about it. */
export const Topology = z.strictObject({
  isolated: z.boolean().meta({ description: 'False in the embedded lab: one process, no networks.' }),
  parts: z.array(
    z.strictObject({
      name: z.string(),
      hostname: z.string().optional(),
      networks: z.array(z.strictObject({ name: z.string(), address: z.string().optional(), line: Line.optional() })),
      line: Line.optional(),
      profile: z.string().optional().meta({ description: 'With which it is started; absent: it always is.' }),
    }),
  ),
  networks: z.array(z.strictObject({ name: z.string(), internal: z.boolean(), line: Line })),
  file: z.array(z.string()).meta({ description: 'docker-compose.yml, a line each.' }),
});
export type Topology = z.infer<typeof Topology>;

/** @param wiring Absent: the parts are in one process, and no network is between them. */
export function toTopology(wiring: Wiring | undefined, partNames: readonly string[]): Topology {
  if (!wiring) {
    return { isolated: false, parts: partNames.map((name) => ({ name, networks: [] })), networks: [], file: [] };
  }
  return {
    isolated: true,
    parts: wiring.parts.map(({ name, hostname, networks, line, profile }) => ({
      name,
      networks,
      line,
      ...(hostname !== undefined && { hostname }),
      ...(profile !== undefined && { profile }),
    })),
    networks: wiring.networks.map(({ name, internal, line }) => ({ name, internal, line })),
    file: wiring.file,
  };
}
