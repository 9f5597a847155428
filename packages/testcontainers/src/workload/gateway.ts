import { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { isStatus } from '../engine.ts';
import { labelsOf } from '../labels.ts';
import type { Place } from './place.ts';

export type Port = {
  readonly container: number;
  /** On 127.0.0.1. Undefined: one that is free. */
  readonly host: number | undefined;
};

export type WorkloadGateway = {
  /** Published port by the workload's port. */
  readonly ports: ReadonlyMap<number, number>;
  remove(): Promise<void>;
};

/**
 * The way in to a workload: a container of the lab's gateway image, on the lab's one network with published ports and on
 * `azure`. As the lab's own gateway it forwards and does nothing else, and its default route leads nowhere.
 *
 * @param target The workload's name on `azure`.
 */
export async function startGateway(place: Place, target: string, ports: readonly Port[]): Promise<WorkloadGateway> {
  const { engine, networks, project } = place;
  const { sessionId } = await getReaper(await getContainerRuntimeClient());
  const keys = ports.map(({ container, host }) => [`${container}/tcp`, host] as const);
  const container = await engine.api.createContainer({
    Image: await place.gatewayImage(),
    Cmd: ['bash', '-c', forwarding(target, ports)],
    Labels: { ...labelsOf(project, `${target}-gateway`), [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId },
    ExposedPorts: Object.fromEntries(keys.map(([key]) => [key, {}])),
    Healthcheck: { Test: ['NONE'] }, // the image's is for the page
    Env: ['HTTP_PROXY=', 'HTTPS_PROXY=', 'http_proxy=', 'https_proxy='],
    HostConfig: {
      Init: true,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Dns: ['127.0.0.1'], // it needs no name but the workload's, which Docker itself answers
      NetworkMode: networks.edge,
      PortBindings: Object.fromEntries(
        keys.map(([key, host]) => [key, [{ HostIp: '127.0.0.1', HostPort: host === undefined ? '' : String(host) }]]),
      ),
    },
    NetworkingConfig: { EndpointsConfig: { [networks.edge]: {}, [networks.azure]: {} } },
  });
  const remove = async () => {
    await container.remove({ force: true, v: true }).catch((error: unknown) => {
      if (!isStatus(error, 404, 409)) throw error;
    });
  };
  try {
    await container.start();
    const published = (await container.inspect()).NetworkSettings.Ports;
    const bound = ports.map(({ container: port }) => [port, Number(published[`${port}/tcp`]?.[0]?.HostPort)] as const);
    return { ports: new Map(bound), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** One forwarder per port; when one ends, all do. */
const forwarding = (target: string, ports: readonly Port[]): string =>
  [
    ...ports.map(
      ({ container }) =>
        `socat -T300 -t10 TCP4-LISTEN:${container},fork,reuseaddr,max-children=128,backlog=128 TCP4:${target}:${container},connect-timeout=5 &`,
    ),
    'wait -n',
  ].join('\n');
