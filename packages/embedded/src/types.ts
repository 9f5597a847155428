/**
 * What the package gives its users. This file imports nothing of the lab's own, so that what is published as types stays
 * free of the lab's inside.
 */
import type { LabClient } from '@managed-identity-lab/client';

export type StartLabOptions = {
  /** What the lab contains, as a file; the default is the repository's own `lab.yaml`. */
  readonly labFile?: string | undefined;
  /** The same said inline, in place of a file: as an object, or as YAML. */
  readonly lab?: object | string | undefined;
  /**
   * Where the lab keeps its state, its keys included. A lab that is started there later goes on from it; two at once are
   * refused. Absent: in memory.
   */
  readonly directory?: string | undefined;
  /** Port of the page and the lab API. Absent: any that is free. */
  readonly port?: number | undefined;
  /** An OTLP/HTTP collector that gets what happens as OpenTelemetry spans. Absent: none does. */
  readonly collector?: Collector | undefined;
};

export type Collector = {
  /** `http://localhost:4318`; `/v1/traces` is added. */
  readonly endpoint: string;
  /** Absent: `http/protobuf`. */
  readonly protocol?: 'http/protobuf' | 'http/json' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

export type EmbeddedLab = {
  /** Variables that make a program one on the first virtual machine. `IDENTITY_HEADER` is a secret of this lab. */
  readonly environment: Environment;
  /** What has to be said in code besides, per SDK. */
  readonly options: readonly SdkOption[];
  /** Where programs can run, by name. Those that come and go through Resource Manager and the lab API are among them. */
  readonly virtualMachines: Readonly<Record<string, VirtualMachine>>;
  readonly functionApps: Readonly<Record<string, Workload>>;
  readonly pods: Readonly<Record<string, Workload>>;
  /** URL of each vault and storage account by name, those that come later among them. */
  readonly vaultUrls: Readonly<Record<string, string>>;
  readonly accountUrls: Readonly<Record<string, string>>;
  /** Entra ID: the authority of all tokens. */
  readonly authorityUrl: string;
  /** Resource Manager, and Microsoft Graph without a version. */
  readonly armUrl: string;
  readonly graphUrl: string;
  /** The API of one's own, for `orders-api` of the `applications` that are declared, or the first of them: `GET /orders` needs its role `Orders.Read`. */
  readonly apiUrl: string;
  /** Who may change the lab through them, a service principal per tenant. Their secrets are of this lab. */
  readonly operators: readonly Operator[];
  /** The page, and below `/lab/v1` the lab API with its bearer token. */
  readonly url: string;
  readonly apiToken: string;
  /** The lab API: faults, clock, bad tokens, events, state. */
  readonly api: LabClient;
  /** PEM file of the system's authorities and the lab's; and the PEM of the lab's alone. */
  readonly caBundle: string;
  readonly caCertificate: string;
  /** A command that shows a token, for a shell. */
  readonly tryCommand: string;
  /**
   * Makes this process a program of the lab, for tests that call Azure SDKs themselves: sets the variables of a machine,
   * function app or pod, and trusts the lab's authority. Default: the first virtual machine.
   * @returns what undoes it. @throws Error for a name that nobody has.
   */
  actAs(workload?: string): () => void;
  /** Ends it, with all that it holds; what `directory` holds stays. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Environment = Readonly<Record<string, string>>;

/** Where a program can run, and what the platform would set there. The variables hold secrets of this lab. */
export type Workload = { readonly name: string; readonly environment: Environment };

export type VirtualMachine = Workload & {
  readonly resourceId: string;
  /** IMDS of this machine, by its own protocol, for programs that find it at another address than 169.254.169.254. */
  readonly imds: { readonly url: string; readonly environment: Environment };
};

/** A service principal that is Owner of all subscriptions of a tenant. */
export type Operator = {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptions: readonly { readonly subscriptionId: string; readonly name: string }[];
};

/** What a program has to say in code, besides the environment, to use the embedded lab. */
export type SdkOption = {
  readonly sdk: string;
  /** Code or arguments; empty where it cannot be used. */
  readonly text: string;
  /** What does not work with it here, in a sentence. */
  readonly but?: string;
};
