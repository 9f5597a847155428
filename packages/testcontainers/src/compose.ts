/** `docker compose` for one lab, whatever COMPOSE_FILE and its like say where the tests run. */
import { join } from 'node:path';
import type { Ended, Engine } from './engine.ts';

export type ComposeProject = {
  readonly name: string;
  /** Runs `docker compose …` with the lab's files and variables. Does not reject. */
  run(args: readonly string[], options?: { readonly timeoutMs?: number }): Promise<Ended>;
  /** What the files say, with all variables filled in, for every profile. */
  model(): Promise<ComposeModel>;
};

export type ComposeModel = {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, ComposeNetwork>>;
};
export type ComposeService = {
  readonly image?: string;
  readonly build?: object;
  readonly profiles?: readonly string[];
  readonly hostname?: string;
  readonly networks?: Readonly<
    Record<string, { readonly ipv4_address?: string; readonly aliases?: readonly string[] } | null>
  >;
};
export type ComposeNetwork = {
  readonly name: string;
  readonly ipam?: { readonly config?: readonly { readonly subnet?: string }[] };
};

export type ComposeOptions = {
  readonly engine: Engine;
  readonly name: string;
  /** Where docker-compose.yml is. */
  readonly directory: string;
  /** Further files, absolute. */
  readonly overrides?: readonly string[];
  readonly profiles: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};

export function composeProject(options: ComposeOptions): ComposeProject {
  const { engine, name, directory, overrides = [], profiles } = options;
  const files = [join(directory, 'docker-compose.yml'), ...overrides];
  const common = ['compose', '--project-name', name, '--project-directory', directory, '--progress', 'quiet'];
  const environment = { ...options.environment, COMPOSE_PROFILES: profiles.join(',') };
  const run: ComposeProject['run'] = (args, { timeoutMs = 0 } = {}) =>
    engine.docker([...common, ...files.flatMap((file) => ['--file', file]), ...args], { environment, timeoutMs });
  return {
    name,
    run,
    model: async () => {
      const { code, stdout, stderr } = await run(['--profile', '*', 'config', '--format', 'json']);
      if (code !== 0) throw new Error(`docker-compose.yml cannot be used: ${stderr.trim()}`);
      return JSON.parse(stdout) as ComposeModel;
    },
  };
}
