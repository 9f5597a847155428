import type { BoundPorts, WaitStrategy } from 'testcontainers';

/**
 * A wait strategy that knows the ports under which a workload is reached: those of its gateway. Testcontainers keeps what
 * is written into `boundPorts` here, so `getMappedPort` answers with the gateway's ports too, also after a restart.
 *
 * @param giveUp When it is not ready in time: Testcontainers then removes the container.
 */
export function throughGateway(
  strategy: WaitStrategy,
  ports: () => ReadonlyMap<number, number>,
  giveUp: () => Promise<void> = async () => {},
): WaitStrategy {
  // A restart waits again, long after the container's own gateway was handed over.
  const known = new Map<number, number>();
  const wrapped: WaitStrategy = {
    waitUntilReady: async (container, boundPorts: BoundPorts, startTime) => {
      for (const [port, published] of ports()) known.set(port, published);
      for (const [port, published] of known) boundPorts.setBinding(port, published);
      try {
        await strategy.waitUntilReady(container, boundPorts, startTime);
      } catch (error) {
        await giveUp();
        throw error;
      }
    },
    withStartupTimeout: (startupTimeoutMs) => {
      strategy.withStartupTimeout(startupTimeoutMs);
      return wrapped;
    },
    isStartupTimeoutSet: () => strategy.isStartupTimeoutSet(),
    getStartupTimeout: () => strategy.getStartupTimeout(),
  };
  return wrapped;
}
