import { BoundPorts, type WaitStrategy } from 'testcontainers';
import { expect, it } from 'vitest';
import { throughGateway } from './wait.ts';

/** Remembers the port under which it was told to look. */
function spy(): WaitStrategy & { seen: number[] } {
  const seen: number[] = [];
  return {
    seen,
    waitUntilReady: async (_container, ports) => {
      seen.push(ports.getBinding(3000));
    },
    withStartupTimeout: () => spy(),
    isStartupTimeoutSet: () => false,
    getStartupTimeout: () => 0,
  };
}

type Container = Parameters<WaitStrategy['waitUntilReady']>[0];
const container = {} as Container;

it('a workload is waited for, and reached afterwards, at the port of its gateway', async () => {
  const strategy = spy();
  const ports = new BoundPorts();
  await throughGateway(strategy, () => new Map([[3000, 40_001]])).waitUntilReady(container, ports);
  expect(strategy.seen).toEqual([40_001]);
  expect(ports.getBinding(3000)).toBe(40_001);
});

it('a workload that was restarted is reached there still', async () => {
  const strategy = spy();
  let gateway = new Map([[3000, 40_001]]);
  const waiting = throughGateway(strategy, () => gateway);
  await waiting.waitUntilReady(container, new BoundPorts());
  gateway = new Map();
  await waiting.waitUntilReady(container, new BoundPorts());
  expect(strategy.seen).toEqual([40_001, 40_001]);
});
