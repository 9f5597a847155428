import { z } from 'zod';

export const Environment = z
  .object({
    STATE_DIRECTORY: z.string().default('/var/lib/lab'),
    LAB_FILE: z.string().default('/etc/lab/lab.yaml'),
    /** Compose files that the lab was started with, `:` between them. */
    COMPOSE_FILES: z.string().default('/etc/lab/docker-compose.yml'),
    LEAF_DAYS: z.coerce.number().positive().max(397).default(397),
    /** A fabric certificate for `tests` too. */
    TEST_PEER: z.stringbool().default(false),
  })
  .transform((environment) => ({
    stateDirectory: environment.STATE_DIRECTORY,
    labFile: environment.LAB_FILE,
    composeFiles: environment.COMPOSE_FILES.split(':'),
    leafDays: environment.LEAF_DAYS,
    testPeer: environment.TEST_PEER,
  }));

export type Config = z.infer<typeof Environment>;
