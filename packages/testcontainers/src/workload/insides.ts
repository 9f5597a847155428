import type { GenericContainer } from 'testcontainers';

/**
 * What Testcontainers' own modules reach by inheritance, and a container that somebody else made has to be asked for. The
 * types are Testcontainers': a release that renames one of them does not compile here.
 */
export type Insides = {
  start: GenericContainer['start'];
  createOpts: GenericContainer['createOpts'];
  hostConfig: GenericContainer['hostConfig'];
  readonly environment: GenericContainer['environment'];
  readonly exposedPorts: GenericContainer['exposedPorts'];
  readonly reuse: GenericContainer['reuse'];
  networkMode?: GenericContainer['networkMode'];
  networkAliases: GenericContainer['networkAliases'];
  contentsToCopy: GenericContainer['contentsToCopy'];
  beforeContainerCreated?: GenericContainer['beforeContainerCreated'];
  containerCreated?: GenericContainer['containerCreated'];
  containerStarted?: GenericContainer['containerStarted'];
  selectWaitStrategy: GenericContainer['selectWaitStrategy'];
};

export const insidesOf = (container: GenericContainer): Insides => container as unknown as Insides;
