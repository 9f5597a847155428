/** Whether this machine's Docker can run the lab: the versions it needs, and what to do where they are not there. */
import { z } from 'zod';
import { capture } from '../processes.ts';

/** Engine 26 has `inhibit_ipv4` and volume subpaths, Compose 2.26 can ask for them. */
export const MINIMUM = { engine: '26.0', compose: '2.26' } as const;

/** What the `docker` command said about itself, its engine and Compose. Absent: it said nothing. */
export type EngineFacts = {
  readonly engineVersion?: string | undefined;
  readonly composeVersion?: string | undefined;
  /** What the command said instead of a version. */
  readonly error?: string | undefined;
};

export type Verdict =
  | { readonly usable: true }
  | { readonly usable: false; readonly why: string; readonly remedy: string };

/** @param found Such as `26.1.5+dfsg1` or `v2.26.1-4`. @param minimum `major.minor`. Unreadable versions are too old. */
export function isAtLeast(found: string, minimum: string): boolean {
  const numbers = (text: string) => (/(\d+)(?:\.(\d+))?/.exec(text) ?? []).slice(1).map((part) => Number(part ?? 0));
  const [major = 0, minor = 0] = numbers(found);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(minimum);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** @param aptBased Whether `npm run engine` knows this system: Debian, Ubuntu and what is made from them. */
export function judgeEngine({ engineVersion, composeVersion, error = '' }: EngineFacts, aptBased: boolean): Verdict {
  const get = aptBased
    ? 'npm run engine  # as root'
    : `install Docker with Engine ${MINIMUM.engine} and Compose ${MINIMUM.compose} or newer`;
  if (engineVersion === undefined) {
    if (/permission denied/i.test(error)) {
      const remedy = 'sudo usermod -aG docker "$USER"  # then log in again';
      return { usable: false, why: 'The Docker Engine refuses this user.', remedy };
    }
    return { usable: false, why: 'No Docker Engine answers.', remedy: get };
  }
  if (!isAtLeast(engineVersion, MINIMUM.engine)) {
    const why = `Docker Engine ${engineVersion} is too old: the lab needs ${MINIMUM.engine} or newer.`;
    return { usable: false, why, remedy: get };
  }
  if (composeVersion === undefined) return { usable: false, why: 'Docker has no Compose.', remedy: get };
  if (!isAtLeast(composeVersion, MINIMUM.compose)) {
    const why = `Docker Compose ${composeVersion} is too old: the lab needs ${MINIMUM.compose} or newer.`;
    return { usable: false, why, remedy: get };
  }
  return { usable: true };
}

const Version = z.object({ Server: z.object({ Version: z.string() }).nullish() });

export async function probeEngine(): Promise<EngineFacts> {
  const [engine, compose] = await Promise.all([
    capture('docker', ['version', '--format', 'json'], { timeoutMs: 10_000 }),
    capture('docker', ['compose', 'version', '--short']),
  ]);
  return {
    // Without an engine `docker version` still describes the client, and says what is wrong on the other stream.
    engineVersion: readJson(Version, engine.stdout)?.Server?.Version,
    composeVersion: compose.code === 0 ? compose.stdout.trim() : undefined,
    error: engine.stderr.trim(),
  };
}

/** What a text of JSON says, or undefined when it says something else. */
export function readJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
