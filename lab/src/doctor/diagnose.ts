/** What is in the way of the lab on this machine, and what to do about it. Pure: facts in, findings out. */
import { type DockerNetwork, describeHolder, holdersOf, overlap, removalOf } from '@lab/shared/docker/subnets.ts';
import type { ComposeModel } from '../docker/compose.ts';
import { type EngineFacts, judgeEngine } from '../docker/engine.ts';

/** `blocks`: the lab cannot start. `warns`: it may fail or surprise later. `notes`: nothing to do. */
export type Finding = {
  readonly weight: 'blocks' | 'warns' | 'notes';
  readonly what: string;
  /** A command, or what to change. */
  readonly remedy?: string | undefined;
};

export type Facts = {
  readonly aptBased: boolean;
  readonly engine: EngineFacts;
  /** docker-compose.yml as Compose reads it, or what Compose said instead. */
  readonly model: ComposeModel | undefined;
  readonly modelMistake?: string | undefined;
  readonly networks: readonly DockerNetwork[];
  /** The published port; `holder` is the container that publishes it, if it is one. */
  readonly port: {
    readonly number: number;
    readonly taken: boolean;
    readonly holder?: { readonly container: string; readonly project: string } | undefined;
  };
  /** Whether Docker's client configuration has a `proxies` entry. */
  readonly clientProxies: boolean;
  /** Names of the proxy variables that are set; their values may hold passwords. */
  readonly proxyVariables: readonly string[];
  /** Free space where Docker stores data; undefined where that is not on this machine's file system. */
  readonly disk?: { readonly path: string; readonly freeBytes: number } | undefined;
  /** What the engine has, undefined when it does not say. */
  readonly memoryBytes?: number | undefined;
  /** One per mistake, with line and reason. */
  readonly labFileMistakes: readonly string[];
};

const GiB = 1024 ** 3;

/** All findings, what blocks first. */
export function diagnose(facts: Facts): Finding[] {
  const findings = [
    ...aboutEngine(facts),
    ...aboutLabFile(facts),
    ...(facts.model ? [...aboutPort(facts, facts.model), ...aboutSubnets(facts, facts.model)] : []),
    ...aboutRoom(facts),
    ...aboutProxies(facts),
  ];
  const order = ['blocks', 'warns', 'notes'];
  return findings.sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}

export const blockers = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ weight }) => weight === 'blocks');

function aboutEngine({ engine, aptBased, model, modelMistake }: Facts): Finding[] {
  const verdict = judgeEngine(engine, aptBased);
  if (!verdict.usable) return [{ weight: 'blocks', what: verdict.why, remedy: verdict.remedy }];
  if (model) return [];
  return [
    {
      weight: 'blocks',
      what: `docker-compose.yml cannot be used: ${modelMistake}`,
      remedy: 'docker compose config  # shows the place',
    },
  ];
}

const aboutLabFile = ({ labFileMistakes }: Facts): Finding[] =>
  labFileMistakes.map((mistake) => ({ weight: 'blocks', what: mistake, remedy: 'correct the lab file there' }));

function aboutPort({ port }: Facts, model: ComposeModel): Finding[] {
  if (!port.taken || port.holder?.project === model.name) return [];
  const another = `LAB_PORT=${port.number + 1} npm start`;
  if (!port.holder) {
    const what = `Port ${port.number} of 127.0.0.1 is taken by another program.`;
    return [{ weight: 'blocks', what, remedy: `${another}  # ss -ltnp 'sport = :${port.number}' names the program` }];
  }
  const { container, project } = port.holder;
  const whose = project === '' ? '' : ` of the Compose project ${project}`;
  const what = `Port ${port.number} is published by the container ${container}${whose}.`;
  return [{ weight: 'blocks', what, remedy: another }];
}

/** Every subnet that the file fixes, against the networks of all other projects: Docker gives an address out once. */
function aboutSubnets({ networks }: Facts, model: ComposeModel): Finding[] {
  return Object.entries(model.networks).flatMap(([key, { ipam }]) =>
    (ipam?.config ?? []).flatMap(({ subnet = '' }) =>
      holdersOf(subnet, networks, model.name).map((holder): Finding => {
        const what = describeHolder(holder, key, subnet);
        const removal = removalOf(holder);
        // The metadata service has one address, so there a second lab has to go; the public endpoints can be moved.
        if (key !== 'azure') return { weight: 'blocks', what, remedy: removal };
        const free = freePrefix(networks);
        return { weight: 'blocks', what, remedy: `LAB_AZURE_PREFIX=${free} npm start  # or: ${removal}` };
      }),
    ),
  );
}

/** The first three numbers of a subnet that nobody holds. */
const freePrefix = (networks: readonly DockerNetwork[]): string =>
  Array.from({ length: 100 }, (_, i) => `10.${89 + i}.0`).find((prefix) =>
    networks.every(({ subnets }) => !subnets.some((held) => overlap(held, `${prefix}.0/24`))),
  ) ?? '10.x.y';

function aboutRoom({ disk, memoryBytes }: Facts): Finding[] {
  const findings: Finding[] = [];
  if (disk && disk.freeBytes < 3 * GiB) {
    const what = `Only ${(disk.freeBytes / GiB).toFixed(1)} GiB are free at ${disk.path}; images and volumes of the lab need up to 3 GiB, the Azure CLI 1.2 GiB more.`;
    findings.push({ weight: 'warns', what, remedy: 'docker system prune' });
  }
  if (memoryBytes !== undefined && memoryBytes < GiB) {
    const what = `The engine has ${Math.round(memoryBytes / 1024 ** 2)} MiB of memory; the lab is at ease with 1 GiB.`;
    findings.push({ weight: 'warns', what, remedy: 'give the machine, or Docker Desktop, more memory' });
  }
  return findings;
}

function aboutProxies({ clientProxies, proxyVariables }: Facts): Finding[] {
  const findings: Finding[] = [];
  if (clientProxies) {
    const what =
      "Docker's client configuration has a `proxies` entry. Every service of the lab blanks it, so IMDS requests stay in the lab.";
    findings.push({ weight: 'notes', what });
  }
  if (proxyVariables.length > 0) {
    const what = `${proxyVariables.join(', ')} is set here. Containers do not see it; programs that you point at the embedded lab need NO_PROXY=127.0.0.1,localhost.`;
    findings.push({ weight: 'notes', what });
  }
  return findings;
}
