import { hasWayOut } from './default-route.ts';
import { ownToken } from './probe/own-token.ts';
import { type Probed, sendProbe } from './probe/send-probe.ts';
import { ISOLATION_TARGETS, type IsolationTarget, isInLab, type TargetNames, urlOfTarget } from './probe/targets.ts';
import { type Route, refused } from './route.ts';

/** What came of one target. `no-token`: the machine got none to present, and `tokenRefused` is what came of asking. */
export type ProbeResult = { readonly target: string } & (
  | Probed
  | { readonly failure: 'no-token'; readonly durationMs: number; readonly tokenRefused: Probed }
);

type Probe = (target: IsolationTarget, names: TargetNames) => Promise<ProbeResult>;

/**
 * POST /probe { targets: [id], names? } 200 { wayOut, results }
 *
 * Tries to reach targets of the lab's one list, which are named by their ids. A machine that has a way out of the lab sends
 * nothing: `wayOut` is true, and there are no results.
 */
export function probeRoute({
  wayOut = hasWayOut,
  environment = process.env,
  probe = proberOf(environment),
}: {
  wayOut?: () => Promise<boolean>;
  environment?: NodeJS.ProcessEnv;
  probe?: Probe;
} = {}): Route {
  return {
    method: 'POST',
    path: '/probe',
    bodyLimit: 8 * 1024,
    answer: async ({ body }) => {
      const wish = wishIn(body);
      if (!wish) return refused(400, 'BadRequest', 'Probes are asked for as { targets: [id], names? }.');
      // Before each of them: a network can be attached while they are under way.
      let isOut = false;
      const results = await inTurns(wish.targets, async (target) => {
        if (await wayOut()) isOut = true; // and stays so: others are under way
        return isOut ? [] : [await probe(target, wish.names)];
      });
      return { status: 200, body: { wayOut: isOut, results: isOut ? [] : results.flat() } };
    },
  };
}

/** Targets of the list, each once, in the order of the list. What is not of it, or not in this lab, is passed over. */
function wishIn(body: unknown): { targets: IsolationTarget[]; names: TargetNames } | undefined {
  const { targets, names = {} } = (body ?? {}) as { targets?: unknown; names?: unknown };
  if (!Array.isArray(targets) || typeof names !== 'object' || names === null) return undefined;
  const texts: TargetNames = Object.fromEntries(Object.entries(names).filter(([, name]) => typeof name === 'string'));
  return {
    targets: ISOLATION_TARGETS.filter((target) => targets.includes(target.id) && isInLab(target, texts)),
    names: texts,
  };
}

function proberOf(environment: NodeJS.ProcessEnv): Probe {
  return async (target, names) => {
    const { id, audience, headers = {} } = target;
    const url = urlOfTarget(target, names);
    // Nothing is sent: that there is no way out was seen in the table of routes.
    if (url === undefined) return { target: id, failure: 'no-route', durationMs: 0 };
    const send = async (further: Record<string, string>) => ({
      target: id,
      ...(await sendProbe({ url, headers: { ...headers, ...further } })),
    });
    if (audience === undefined) return send(ownHeader(id, environment));
    const own = await ownToken(audience, environment);
    if ('token' in own) return send({ Authorization: `Bearer ${own.token}` });
    return { target: id, failure: 'no-token', durationMs: own.refused.durationMs, tokenRefused: own.refused };
  };
}

/** What App Service gave this machine to present to its endpoint. No other machine has any. */
const ownHeader = (id: string, { IDENTITY_HEADER }: NodeJS.ProcessEnv): Record<string, string> =>
  id === 'appservice' && IDENTITY_HEADER ? { 'X-IDENTITY-HEADER': IDENTITY_HEADER } : {};

/** A few at a time: a machine is small, and what it asks is answered by others that are. */
async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

const AT_ONCE = 6;
