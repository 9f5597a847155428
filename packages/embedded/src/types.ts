/**
 * What the package gives its users. This file imports nothing of the lab's own, so that what is published as types stays
 * free of the lab's inside.
 */

export type EmbeddedLab = {
  /** Variables that point an SDK at this lab. `IDENTITY_HEADER` is a secret of this run. */
  readonly environment: Readonly<Record<string, string>>;
  /** What has to be said in code besides, per SDK. */
  readonly options: readonly SdkOption[];
  /** URL of each vault and storage account by name. */
  readonly vaultUrls: Readonly<Record<string, string>>;
  readonly accountUrls: Readonly<Record<string, string>>;
  /** Resource Manager, and Microsoft Graph without a version. */
  readonly armUrl: string;
  readonly graphUrl: string;
  /** Who may change the lab through them, a service principal per tenant. Their secrets are of this run. */
  readonly operators: readonly Operator[];
  /** The time of all services. Programs keep the system's, and what tokens they hold for as long as that says. */
  readonly clock: EmbeddedClock;
  /** PEM file of the system's authorities and the lab's. */
  readonly caBundle: string;
  /** A command that shows a token, for a shell. */
  readonly tryCommand: string;
  /** Ends it, with all that it holds. */
  close(): Promise<void>;
};

export type StartLabOptions = {
  /** What the lab contains; the default is the repository's own `lab.yaml`. */
  readonly labFile?: string;
};

/** A service principal that is Owner of all subscriptions of a tenant. */
export type Operator = {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptions: readonly { readonly subscriptionId: string; readonly name: string }[];
};

/** Epoch seconds; `heldAt` is null while the clock goes. */
export type ClockState = {
  readonly now: number;
  readonly offsetSeconds: number;
  readonly heldAt: number | null;
};

/** The lab's clock, which only goes forward. Each answer comes when all services have the time that it says. */
export type EmbeddedClock = {
  read(): Promise<ClockState>;
  /** @throws Error for what is no whole number of seconds, and where it leads further than ten years ahead. */
  forward(seconds: number): Promise<ClockState>;
  /** Stops it. It can be moved forward meanwhile. */
  hold(): Promise<ClockState>;
  /** Lets it go on, where it would be by now had it not been held. */
  release(): Promise<ClockState>;
};

/** What a program has to say in code, besides the environment, to use the embedded lab. */
export type SdkOption = { readonly sdk: string; readonly text: string };
