import type { Scene } from '../exercises/exercise.ts';

/** What is done so that a question has a flow: a few requests each, sent as the console sends them. */

/** Where it is done: the machine of who asks, and what lies around it. */
export type Stage = {
  readonly scene: Scene;
  /** What the lab API calls the machine: `app`. */
  readonly workload: string;
  /** Other workloads that are there and may be used, by the host name of the machine. */
  readonly others: ReadonlyMap<string, string>;
  /** Name of a vault of another tenant. */
  readonly foreignVault?: string | undefined;
  readonly has: ReadonlySet<StageNeed>;
};

/** What not every lab has, or not for everybody. */
export type StageNeed = 'outsider' | 'isolation' | 'func-app01' | 'foreign vault' | 'two subscriptions';

export type Actor = {
  readonly stage: Stage;
  /**
   * Sends a GET request from the machine, or from another one by its host name.
   * @throws Error where no answer comes.
   */
  get(
    url: string,
    headers?: Readonly<Record<string, string>>,
    from?: string,
  ): Promise<{ readonly status: number; readonly body: string }>;
  /** While it works, IMDS fails the next request of the machine, once. */
  failingOnce(work: () => Promise<void>): Promise<void>;
  /** As long as a client waits before it tries again. */
  wait(): Promise<void>;
};

export type Act = (actor: Actor) => Promise<void>;

const VAULT = 'https://vault.azure.net';
const METADATA = { Metadata: 'true' };
/** Of nobody: an identity that no machine has. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const imds = (more: Readonly<Record<string, string>> = {}): string =>
  `http://169.254.169.254/metadata/identity/oauth2/token?${new URLSearchParams({ 'api-version': '2018-02-01', resource: VAULT, ...more })}`;
const secretAt = (vault: string): string => `https://${vault}.vault.azure.net/secrets/ConnectionString?api-version=7.4`;
const secretOf = ({ stage }: Actor): string => secretAt(stage.scene.vault);
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function token(actor: Actor, more?: Readonly<Record<string, string>>): Promise<string> {
  return tokenIn((await actor.get(imds(more), METADATA)).body);
}

const tokenIn = (body: string): string => String((JSON.parse(body) as { access_token?: unknown }).access_token);

/** The challenge, a token that Entra ID issues for it, and the secret. */
export const wholeWay: Act = async (actor) => {
  await actor.get(secretOf(actor));
  // Entra ID is asked also where IMDS has one: it is a part of the way.
  await actor.get(secretOf(actor), bearer(await token(actor, { bypass_cache: 'true' })));
};

export const askTwice: Act = async (actor) => {
  await token(actor);
  await actor.get(secretOf(actor), bearer(await token(actor)));
};

export const askAsNobody: Act = async (actor) => {
  await actor.get(secretOf(actor));
  await actor.get(imds({ client_id: NOBODY }), METADATA);
};

export const askWithoutHeader: Act = async (actor) => {
  await actor.get(imds());
  await actor.get(secretOf(actor), bearer(await token(actor)));
};

export const askBlobStorage: Act = async (actor) => {
  const blobs = `https://${actor.stage.scene.account}.blob.core.windows.net/?comp=list`;
  await actor.get(blobs, { ...bearer(await token(actor)), 'x-ms-version': '2023-11-03' });
};

export const takeElsewhere: Act = async (actor) => {
  await actor.get(secretOf(actor), bearer(await token(actor)), 'outsider');
};

export const askOtherTenant: Act = async (actor) => {
  await actor.get(secretAt(actor.stage.foreignVault ?? ''), bearer(await token(actor)));
};

/** As an SDK does it: asks, waits, and asks again. */
export const askUntilItWorks: Act = async (actor) => {
  await actor.failingOnce(async () => {
    await actor.get(imds(), METADATA);
    await actor.wait();
    await actor.get(secretOf(actor), bearer(await token(actor)));
  });
};

export const askAppService: Act = async (actor) => {
  const endpoint = `http://169.254.129.2:8081/msi/token?${new URLSearchParams({ 'api-version': '2019-08-01', resource: VAULT })}`;
  const { body } = await actor.get(endpoint, { 'X-IDENTITY-HEADER': '$IDENTITY_HEADER' }, 'func-app01');
  await actor.get(secretOf(actor), bearer(tokenIn(body)), 'func-app01');
};
