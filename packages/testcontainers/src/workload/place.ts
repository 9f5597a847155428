import type { ComposeModel } from '../compose.ts';
import type { Dockerode, Engine } from '../engine.ts';
import { PROJECT } from '../labels.ts';

/** Where workloads are put: names of the lab's networks, and what is on them already. */
export type Place = {
  readonly engine: Engine;
  readonly networks: { readonly vm: string; readonly azure: string; readonly edge: string };
  /** What the lab's own endpoints are called on `azure`. */
  readonly names: readonly string[];
  /** Address of the lab's name server. */
  readonly dns: string;
  readonly project: string;
  /** Id of the image that forwards ports. */
  gatewayImage(): Promise<string>;
};

export type NetworkInfo = Awaited<ReturnType<ReturnType<Dockerode['getNetwork']>['inspect']>>;

export function placeIn(engine: Engine, model: ComposeModel): Place {
  const nameOf = (key: string) => {
    const network = model.networks[key];
    if (!network) throw new Error(`docker-compose.yml has no network ${key}`);
    return network.name;
  };
  const dns = model.services.dns?.networks?.azure?.ipv4_address;
  if (dns === undefined) throw new Error('docker-compose.yml gives dns no address');
  const names = Object.values(model.services).flatMap((service) => service.networks?.azure?.aliases ?? []);
  return {
    engine,
    names,
    networks: { vm: nameOf('vm'), azure: nameOf('azure'), edge: nameOf('edge') },
    dns,
    project: PROJECT,
    gatewayImage: async () => {
      const label = [`com.docker.compose.project=${PROJECT}`, 'com.docker.compose.service=gateway'];
      const [gateway] = await engine.api.listContainers({ all: true, filters: { label } });
      if (!gateway) throw new Error('the lab has no gateway: is it running?');
      return gateway.ImageID;
    },
  };
}
