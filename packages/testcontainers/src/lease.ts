import { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { type Dockerode, type Engine, isStatus } from './engine.ts';
import { PROJECT } from './labels.ts';

/** The right to the one lab that an engine has room for. Ends with this process, however that ends. */
export type Lease = { release(): Promise<void> };

const NAME = `${PROJECT}-lease`;

/**
 * Takes the lease: a container of this name that does nothing but wait for the end of its standard input, which is a
 * connection of this process. The engine makes names once, so of two that ask at the same moment one gets it. When the
 * process dies, with SIGKILL too and without Ryuk, the connection ends, and with it the container, which the engine
 * removes: whoever finds no lease finds at most a lab that nobody uses any more.
 *
 * @param image One that has `cat`.
 * @returns undefined when somebody alive has it.
 */
export async function takeLease({ api }: Engine, image: string): Promise<Lease | undefined> {
  const { sessionId } = await getReaper(await getContainerRuntimeClient());
  const create = () =>
    api.createContainer({
      name: NAME,
      Image: image,
      Entrypoint: ['cat'],
      Cmd: [],
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      NetworkDisabled: true,
      Labels: { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId },
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        AutoRemove: true,
        Init: true,
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
      },
    });
  const container = await create().catch(async (error: unknown) => {
    if (!isStatus(error, 409)) throw error;
    if (await isLeased(api)) return undefined;
    // Made and never started, or stopped with the engine: nobody holds it.
    await api
      .getContainer(NAME)
      .remove({ force: true })
      .catch(() => {});
    return create().catch((again: unknown) => {
      if (isStatus(again, 409)) return undefined;
      throw again;
    });
  });
  if (!container) return undefined;
  const stream = await begin(container).catch(async (error: unknown) => {
    // Otherwise it would count as somebody's for a while.
    await container.remove({ force: true }).catch(() => {});
    throw error;
  });
  stream.on('error', () => {});
  // A test that forgets to stop the lab still ends.
  unref(stream);
  return {
    release: async () => {
      stream.end();
      await container.remove({ force: true }).catch((error: unknown) => {
        if (!isStatus(error, 404, 409)) throw error; // it has ended and is being removed
      });
    },
  };
}

async function begin(container: ReturnType<Dockerode['getContainer']>) {
  const stream = await container.attach({ stream: true, stdin: true, hijack: true });
  await container.start();
  return stream;
}

/** Whether somebody alive has it. */
export async function isLeased(api: Dockerode): Promise<boolean> {
  try {
    const { State, Created } = await api.getContainer(NAME).inspect();
    // A moment passes between making and starting it.
    return State.Running || (State.Status === 'created' && Date.now() - Date.parse(Created) < 30_000);
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

/** The connection, or what wraps it. */
function unref(stream: unknown): void {
  const { socket, unref } = stream as { socket?: { unref?(): void }; unref?(): void };
  if (socket?.unref) socket.unref();
  else unref?.call(stream);
}
