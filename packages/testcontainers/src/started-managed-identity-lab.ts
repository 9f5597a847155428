import { type LabClient, labClient } from '@managed-identity-lab/client';
import type { GenericContainer } from 'testcontainers';
import type { ComposeModel } from './compose.ts';
import type { Engine } from './engine.ts';
import { makeWorkload } from './workload/as-workload.ts';
import type { WorkloadOptions } from './workload/machine.ts';
import { placeIn } from './workload/place.ts';
import { type OwnWorkloads, withRestarts } from './workload/restarts.ts';

export type StartedParts = {
  readonly url: string;
  readonly token: string;
  readonly caCertificate: string;
  readonly engine: Engine;
  readonly model: ComposeModel;
  readonly end: () => Promise<void>;
};

/** A lab that runs: where it is, its API, and a place for containers of the test's own. */
export class StartedManagedIdentityLab {
  readonly #parts: StartedParts;
  readonly #client: LabClient;
  readonly #workloads: OwnWorkloads = new Map();
  readonly #starting = new Set<string>();
  #ended: Promise<void> | undefined;

  constructor(parts: StartedParts) {
    this.#parts = parts;
    this.#client = withRestarts(labClient({ url: parts.url, token: parts.token }), this.#workloads);
  }

  /** Of the page and the lab API: `http://localhost:49152`. */
  getUrl(): string {
    return this.#parts.url;
  }

  /** What other programs present to the lab API: `Authorization: Bearer {token}`. */
  getApiToken(): string {
    return this.#parts.token;
  }

  /** PEM of the authority that signed the certificates of the lab's Azure endpoints. Workloads have it. */
  getCaCertificate(): string {
    return this.#parts.caCertificate;
  }

  /** The whole lab API. */
  get api(): LabClient {
    return this.#client;
  }
  get faults(): LabClient['faults'] {
    return this.#client.faults;
  }
  get clock(): LabClient['clock'] {
    return this.#client.clock;
  }
  get tokens(): LabClient['tokens'] {
    return this.#client.tokens;
  }
  get isolation(): LabClient['isolation'] {
    return this.#client.isolation;
  }
  get events(): LabClient['events'] {
    return this.#client.events;
  }
  get state(): LabClient['state'] {
    return this.#client.state;
  }
  get snapshots(): LabClient['snapshots'] {
    return this.#client.snapshots;
  }

  /**
   * Makes a container a virtual machine of the lab: `await lab.asWorkload(container, { virtualMachine: 'vm-test' }).start()`.
   * It is on the networks of virtual machines and of Azure's endpoints and on no other from before its first process
   * starts, holds no capability, and its exposed ports are published on 127.0.0.1 by a gateway of the lab. What would
   * give it a way out, or the host, is refused when it starts.
   */
  asWorkload<C extends GenericContainer>(container: C, options: WorkloadOptions): C {
    if (this.#ended) throw new Error('The lab was stopped: there is no place for a workload.');
    const { engine, model, caCertificate } = this.#parts;
    const [api, workloads, starting] = [this.#client, this.#workloads, this.#starting];
    const place = { ...placeIn(engine, model), caCertificate, api, workloads, starting };
    return makeWorkload(container, place, options);
  }

  /** Takes the lab down with everything in it, workloads included: whoever stops one of them later finds it stopped. */
  stop(): Promise<void> {
    this.#ended ??= this.#end().catch((error: unknown) => {
      this.#ended = undefined; // asked again, it tries again
      throw error;
    });
    return this.#ended;
  }

  async #end(): Promise<void> {
    await Promise.allSettled([...this.#workloads.values()].map((workload) => workload.stop()));
    await this.#parts.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
