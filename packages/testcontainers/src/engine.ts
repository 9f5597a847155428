/** Docker as Testcontainers found it, for `docker` commands and for requests to the engine alike. */
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';

export type Dockerode = ContainerRuntimeClient['container']['dockerode'];

export type Engine = {
  readonly api: Dockerode;
  /** Where ports are published, as Testcontainers sees it. */
  readonly host: string;
  /** Where it listens: on its own machine, and as this process reaches it. */
  readonly sockets: readonly string[];
  /** Runs `docker …`. Does not reject. */
  docker(args: readonly string[], options?: DockerOptions): Promise<Ended>;
};

export type DockerOptions = { readonly environment?: Readonly<Record<string, string>>; readonly timeoutMs?: number };

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

export async function findEngine(): Promise<Engine> {
  const client = await getContainerRuntimeClient();
  const api = client.container.dockerode;
  const { socketPath } = api.modem as unknown as { readonly socketPath?: string };
  // The `docker` command has contexts of its own, and would otherwise go to another engine than Testcontainers.
  const engine = socketPath && process.platform !== 'win32' ? { DOCKER_HOST: `unix://${socketPath}` } : {};
  return {
    api,
    host: client.info.containerRuntime.host,
    sockets: [client.info.containerRuntime.remoteSocketPath, ...(socketPath ? [socketPath, real(socketPath)] : [])],
    docker: (args, { environment = {}, timeoutMs = 0 } = {}) =>
      new Promise((resolve) => {
        const env = { ...process.env, ...engine, ...environment };
        const options = { env, timeout: timeoutMs, maxBuffer: 256 * 1024 * 1024 };
        execFile('docker', [...args], options, (error, stdout, stderr) => {
          if (!error) resolve({ code: 0, stdout, stderr });
          else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
          else if (error.killed) resolve({ code: 124, stdout, stderr: `docker did not end within ${timeoutMs} ms` });
          else resolve({ code: 127, stdout, stderr: error.message });
        });
      }),
  };
}

/** What a path leads to, where it is one of this machine's. */
export function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Whether the engine said that there is no such thing, or that it is so already. */
export const isStatus = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof Error && 'statusCode' in error && codes.includes(Number(error.statusCode));
